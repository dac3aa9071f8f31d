// More of the system call surface: what a filter forgets beside the calls that everybody names.
#include <cerrno>
#include <csignal>
#include <iterator>
#include <utility>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"
#include "suites/catalogue/remedies.h"
#include "suites/part.h"

namespace sandproof::catalogue {

namespace {

Property Call(Property property) {
  property.probe = "sys/harmless_call";
  property.denied_by = OrFiltered();
  property.denied_by_signal = {SIGSYS};
  return property;
}

// What takes a capability: without one, no filter is needed.
Property Privileged(Property property) {
  property.remedy = {{"bwrap", kDropCaps}, {"command", "drop the capability that it takes"}};
  return Call(std::move(property));
}

// What every process may, unless a filter refuses it.
Property Filtered(Property property) {
  property.remedy = {{"bwrap", kFilterCall}, {"command", "refuse the call by a seccomp filter"}};
  property.expect = kBlockedIfStrict;
  return Call(std::move(property));
}

// Old, rare or young kernel code that does nobody harm by being asked: to be told, not asserted.
Property Surface(Property property) {
  property.severity = Severity::kLow;
  property = Filtered(std::move(property));
  property.expect = kNeverAsserted;
  return property;
}

std::vector<Property> OfCapabilities() {
  return {
      Privileged({.id = "sys.kexec_file_load",
                  .severity = Severity::kCritical,
                  .claim = "No other kernel can be loaded from a file.",
                  .why = "The next kernel is the attacker's; filters that name only kexec_load "
                         "leave it open.",
                  .params = {{kPart, "kexec_file_load"}},
                  .reached_by = {EINVAL, EBADF, EBUSY},
                  .source = "kexec_file_load(2), capabilities(7) CAP_SYS_BOOT"}),
      Privileged({.id = "sys.delete_module",
                  .severity = Severity::kHigh,
                  .claim = "No kernel module can be removed.",
                  .why = "Security modules and drivers of the host can be taken away.",
                  .params = {{kPart, "delete_module"}},
                  .reached_by = {ENOENT},
                  .source = "delete_module(2), capabilities(7) CAP_SYS_MODULE"}),
      Privileged({.id = "sys.ioperm",
                  .severity = Severity::kCritical,
                  .claim = "Single I/O ports cannot be used.",
                  .why = "They reach the hardware past the kernel; filters that name only iopl "
                         "leave it open.",
                  .params = {{kPart, "ioperm"}},
                  .source = "ioperm(2), capabilities(7) CAP_SYS_RAWIO"}),
      Privileged({.id = "sys.swapon",
                  .severity = Severity::kMedium,
                  .claim = "No swap can be added.",
                  .why = "Memory of every process then goes to a file of the payload's.",
                  .params = {{kPart, "swapon"}},
                  .reached_by = {ENOENT},
                  .source = "swapon(2), capabilities(7) CAP_SYS_ADMIN"}),
      Privileged({.id = "sys.chroot",
                  .severity = Severity::kMedium,
                  .claim = "The root directory cannot be changed.",
                  .why = "With a descriptor of a directory outside it is the classic way out.",
                  .params = {{kPart, "chroot"}},
                  .expect = kBlockedUnlessAgent,
                  .source = "chroot(2), capabilities(7) CAP_SYS_CHROOT"}),
      Privileged({.id = "sys.fspick",
                  .severity = Severity::kHigh,
                  .claim = "No mounted file system can be picked for reconfiguration.",
                  .why = "It changes the options of a file system without mount(2).",
                  .params = {{kPart, "fspick"}},
                  .reached_by = {EBADF},
                  .expect = kBlockedUnlessAgent,
                  .source = "fspick(2), capabilities(7) CAP_SYS_ADMIN"}),
      Privileged({.id = "sys.fsmount",
                  .severity = Severity::kHigh,
                  .claim = "No configured file system can be made a mount.",
                  .why = "It mounts without mount(2).",
                  .params = {{kPart, "fsmount"}},
                  .reached_by = {EBADF},
                  .expect = kBlockedUnlessAgent,
                  .source = "fsmount(2), capabilities(7) CAP_SYS_ADMIN"}),
      Privileged({.id = "sys.move_mount",
                  .severity = Severity::kHigh,
                  .claim = "No mount can be moved or attached.",
                  .why = "It uncovers what a mount hides, and mounts without mount(2).",
                  .params = {{kPart, "move_mount"}},
                  .reached_by = {ENOENT},
                  .expect = kBlockedUnlessAgent,
                  .source = "move_mount(2), capabilities(7) CAP_SYS_ADMIN"}),
      Privileged({.id = "sys.mount_setattr",
                  .severity = Severity::kHigh,
                  .claim = "Attributes of mounts cannot be set.",
                  .why = "It clears read-only; deny lists that end with mount(2) forget it.",
                  .params = {{kPart, "mount_setattr"}},
                  .reached_by = {EBADF, EINVAL},
                  .expect = kBlockedUnlessAgent,
                  .source = "mount_setattr(2), capabilities(7) CAP_SYS_ADMIN"}),
      Privileged({.id = "user.setgroups_allowed",
                  .severity = Severity::kLow,
                  .claim = "Supplementary groups cannot be changed.",
                  .why = "To drop a group can open what its members are shut out of.",
                  .params = {{kPart, "setgroups"}},
                  .reached_by = {EINVAL},
                  .expect = kBlockedIfStrict,
                  .source = "setgroups(2), user_namespaces(7), CVE-2014-8989"}),
      Privileged({.id = "sched.priority_raise",
                  .severity = Severity::kLow,
                  .claim = "The payload cannot raise its priority.",
                  .why = "It starves what runs beside it.",
                  .params = {{kPart, "setpriority"}},
                  .expect = kBlockedIfStrict,
                  .source = "setpriority(2), capabilities(7) CAP_SYS_NICE"}),
      Privileged({.id = "rlimit.raisable",
                  .severity = Severity::kLow,
                  .claim = "Hard limits cannot be raised.",
                  .why = "Limits that the limited can lift are none.",
                  .params = {{kPart, "setrlimit"}},
                  .expect = kBlockedIfStrict,
                  .source = "setrlimit(2), capabilities(7) CAP_SYS_RESOURCE"}),
  };
}

std::vector<Property> OfFilters() {
  return {
      Filtered({.id = "sys.clone_namespaces",
                .severity = Severity::kMedium,
                .claim = "clone(2) is refused with the flags of namespaces.",
                .why = "A filter that refuses unshare(2) alone leaves the same by another call.",
                .params = {{kPart, "clone"}},
                .reached_by = {EINVAL},
                .source = "clone(2) CLONE_NEWUSER"}),
      Filtered({.id = "sys.clone3",
                .severity = Severity::kMedium,
                .claim = "clone3(2) is refused, best with ENOSYS.",
                .why = "Its flags lie in memory, where no filter can look: namespaces are made by "
                       "it that clone(2) may not make.",
                .params = {{kPart, "clone3"}},
                .reached_by = {EINVAL},
                .source = "clone3(2), seccomp(2)"}),
      Filtered({.id = "sys.process_vm_writev",
                .severity = Severity::kMedium,
                .claim = "process_vm_writev(2) is refused altogether.",
                .why = "It writes the memory of other processes of the same uid.",
                .params = {{kPart, "process_vm_writev"}},
                .source = "process_vm_writev(2)"}),
      Filtered({.id = "sys.process_madvise",
                .severity = Severity::kLow,
                .claim = "process_madvise(2) is refused altogether.",
                .why = "It steers the memory of other processes.",
                .params = {{kPart, "process_madvise"}},
                .reached_by = {EBADF, EINVAL},
                .source = "process_madvise(2)"}),
      Filtered({.id = "sys.kcmp",
                .severity = Severity::kLow,
                .claim = "kcmp(2) is refused altogether.",
                .why = "It tells the order of kernel addresses.",
                .params = {{kPart, "kcmp"}},
                .source = "kcmp(2)"}),
      Filtered({.id = "sys.add_key",
                .severity = Severity::kMedium,
                .claim = "No key can be added to the kernel's store.",
                .why = "Its code has been a way to root, and its quota is the uid's.",
                .params = {{kPart, "add_key"}},
                .reached_by = {ENODEV},
                .source = "add_key(2), CVE-2016-0728"}),
      Filtered({.id = "sys.request_key",
                .severity = Severity::kMedium,
                .claim = "No key can be asked for.",
                .why = "It makes the kernel start a helper outside, as root.",
                .params = {{kPart, "request_key"}},
                .reached_by = {ENOKEY},
                .source = "request_key(2), request-key(8)"}),
      Filtered({.id = "sys.modify_ldt",
                .severity = Severity::kMedium,
                .claim = "modify_ldt(2) is refused.",
                .why = "16-bit segments of one's own have been a way to root, and nothing modern "
                       "needs them.",
                .params = {{kPart, "modify_ldt"}},
                .source = "modify_ldt(2), CVE-2015-5157"}),
      Filtered({.id = "sys.perf_self",
                .severity = Severity::kMedium,
                .claim = "No performance events can be opened, not even of oneself.",
                .why = "It is a large part of the kernel with a long list of exploits.",
                .params = {{kPart, "perf_event_open of itself"}},
                // kernel.perf_event_paranoid of Debian refuses it to everybody without privilege.
                .control = ControlAs::kPayload,
                .reached_by = {ENOENT},
                .source = "perf_event_open(2), CVE-2013-2094"}),
      Filtered({.id = "sys.personality",
                .severity = Severity::kLow,
                .claim = "The personality cannot be changed.",
                .why = "It switches address randomisation off for what the payload starts.",
                .params = {{kPart, "personality"}},
                .source = "personality(2)"}),
  };
}

std::vector<Property> OfSurface() {
  constexpr std::string_view kWhy =
      "Kernel code that a service has no business in is a way in that nobody watches.";
  constexpr std::string_view kNewer =
      "A deny list that was written before the call does not know it.";
  return {
      Surface({.id = "sys.mount",
               .claim = "mount(2) is refused altogether.",
               .why = kWhy,
               .params = {{kPart, "mount"}},
               .reached_by = {ENOENT},
               .source = "mount(2)"}),
      Surface({.id = "sys.umount2",
               .claim = "umount2(2) is refused altogether.",
               .why = kWhy,
               .params = {{kPart, "umount2"}},
               .reached_by = {ENOENT},
               .source = "umount(2)"}),
      Surface({.id = "sys.open_tree",
               .claim = "open_tree(2) is refused altogether.",
               .why = kNewer,
               .params = {{kPart, "open_tree"}},
               .source = "open_tree(2)"}),
      Surface({.id = "sys.open_tree_attr",
               .claim = "open_tree_attr(2) is refused altogether.",
               .why = kNewer,
               .params = {{kPart, "open_tree_attr"}},
               .reached_by = {EBADF, EINVAL},
               .source = "open_tree_attr(2)"}),
      Surface({.id = "sys.statmount",
               .claim = "The mount table cannot be read by statmount(2).",
               .why = "It tells of mounts without /proc.",
               .params = {{kPart, "statmount"}},
               .reached_by = {EFAULT, EINVAL},
               .source = "statmount(2)"}),
      Surface({.id = "sys.listmount",
               .claim = "Mounts cannot be listed by listmount(2).",
               .why = "It tells of mounts without /proc.",
               .params = {{kPart, "listmount"}},
               .reached_by = {EFAULT, EINVAL},
               .source = "listmount(2)"}),
      Surface({.id = "sys.setns",
               .claim = "setns(2) is refused altogether.",
               .why = "With a descriptor of a namespace it enters what the payload is kept out of.",
               .params = {{kPart, "setns"}},
               .reached_by = {EBADF},
               .source = "setns(2)"}),
      Surface({.id = "sys.quotactl",
               .claim = "quotactl(2) is refused altogether.",
               .why = kWhy,
               .params = {{kPart, "quotactl"}},
               .reached_by = {ENODEV, EFAULT, EINVAL},
               .source = "quotactl(2)"}),
      Surface({.id = "sys.quotactl_fd",
               .claim = "quotactl_fd(2) is refused altogether.",
               .why = kNewer,
               .params = {{kPart, "quotactl_fd"}},
               .reached_by = {EBADF},
               .source = "quotactl(2)"}),
      Surface({.id = "sys.adjtimex",
               .claim = "The clock's parameters cannot be read.",
               .why = "The same call steers the clock.",
               .params = {{kPart, "adjtimex"}},
               .source = "adjtimex(2)"}),
      Surface({.id = "sys.name_to_handle_at",
               .claim = "No file handles can be had.",
               .why = "A handle opens a file past every mount for whoever has "
                      "CAP_DAC_READ_SEARCH.",
               .params = {{kPart, "name_to_handle_at"}},
               .reached_by = {EOVERFLOW, EOPNOTSUPP},
               .source = "open_by_handle_at(2)"}),
      Surface({.id = "sys.move_pages",
               .claim = "Pages cannot be moved between nodes by move_pages(2).",
               .why = kWhy,
               .params = {{kPart, "move_pages"}},
               .source = "move_pages(2)"}),
      Surface({.id = "sys.migrate_pages",
               .claim = "Pages cannot be moved between nodes by migrate_pages(2).",
               .why = kWhy,
               .params = {{kPart, "migrate_pages"}},
               .reached_by = {EINVAL},
               .source = "migrate_pages(2)"}),
      Surface({.id = "sys.set_mempolicy",
               .claim = "The policy of memory placement cannot be set.",
               .why = kWhy,
               .params = {{kPart, "set_mempolicy"}},
               .reached_by = {EINVAL},
               .source = "set_mempolicy(2)"}),
      Surface({.id = "sys.vmsplice",
               .claim = "vmsplice(2) is refused.",
               .why = kWhy,
               .params = {{kPart, "vmsplice"}},
               .reached_by = {EBADF},
               .source = "vmsplice(2), CVE-2008-0600"}),
      Surface({.id = "sys.remap_file_pages",
               .claim = "remap_file_pages(2) is refused.",
               .why = kWhy,
               .params = {{kPart, "remap_file_pages"}},
               .reached_by = {EINVAL},
               .source = "remap_file_pages(2)"}),
      Surface({.id = "sys.io_setup",
               .claim = "The old asynchronous I/O is refused.",
               .why = kWhy,
               .params = {{kPart, "io_setup"}},
               .reached_by = {EINVAL, EFAULT},
               .source = "io_setup(2)"}),
      Surface({.id = "sys.ustat",
               .claim = "ustat(2) is refused.",
               .why = kWhy,
               .params = {{kPart, "ustat"}},
               .reached_by = {EINVAL},
               .source = "ustat(2)"}),
      Surface({.id = "sys.sysfs",
               .claim = "sysfs(2) is refused.",
               .why = kWhy,
               .params = {{kPart, "sysfs"}},
               .source = "sysfs(2)"}),
      Surface({.id = "sys.uselib",
               .claim = "uselib(2) is refused.",
               .why = kWhy,
               .params = {{kPart, "uselib"}},
               .reached_by = {ENOENT},
               .source = "uselib(2)"}),
      Surface({.id = "sys.memfd_secret",
               .claim = "No secret memory can be made.",
               .why = "What lies in it cannot be inspected from outside.",
               .params = {{kPart, "memfd_secret"}},
               .source = "memfd_secret(2)"}),
      Surface({.id = "sys.process_mrelease",
               .claim = "process_mrelease(2) is refused.",
               .why = kNewer,
               .params = {{kPart, "process_mrelease"}},
               .reached_by = {EBADF},
               .source = "process_mrelease(2)"}),
      Surface({.id = "sys.futex_waitv",
               .claim = "futex_waitv(2) is refused.",
               .why = kNewer,
               .params = {{kPart, "futex_waitv"}},
               .reached_by = {EINVAL},
               .source = "futex(2)"}),
      Surface({.id = "sys.cachestat",
               .claim = "cachestat(2) is refused.",
               .why = "It tells which pages of a file others have read.",
               .params = {{kPart, "cachestat"}},
               .reached_by = {EBADF, EFAULT},
               .source = "cachestat(2), CVE-2019-5489"}),
      Surface({.id = "sys.map_shadow_stack",
               .claim = "No shadow stack can be mapped.",
               .why = kNewer,
               .params = {{kPart, "map_shadow_stack"}},
               .reached_by = {EOPNOTSUPP, EINVAL},
               .source = "Documentation/arch/x86/shstk.rst"}),
      Surface({.id = "sys.lsm_set_self_attr",
               .claim = "The labels of security modules cannot be set by lsm_set_self_attr(2).",
               .why = "A filter of writes to /proc/self/attr does not see it.",
               .params = {{kPart, "lsm_set_self_attr"}},
               .reached_by = {EINVAL, EOPNOTSUPP, EFAULT},
               .source = "Documentation/userspace-api/lsm.rst"}),
      Surface({.id = "sys.mseal",
               .claim = "mseal(2) is refused.",
               .why = kNewer,
               .params = {{kPart, "mseal"}},
               .reached_by = {EINVAL},
               .source = "Documentation/userspace-api/mseal.rst"}),
      Surface({.id = "sys.xattrat",
               .claim = "The *xattrat(2) calls are refused.",
               .why = "A filter that refuses setxattr(2) and not these refuses nothing.",
               .params = {{kPart, "xattrat"}},
               .reached_by = {ENOENT, EINVAL, EFAULT},
               .source = "setxattrat(2)"}),
      Surface({.id = "sys.file_setattr",
               .claim = "file_setattr(2) is refused.",
               .why = "It sets the flags of files that a filter of the old ioctl(2) protects.",
               .params = {{kPart, "file_setattr"}},
               .reached_by = {ENOENT, EINVAL, EFAULT},
               .source = "file_setattr(2)"}),
      Surface({.id = "sys.ioctl_tioclinux",
               .claim = "ioctl(2) is refused with the request TIOCLINUX.",
               .why = "On a virtual console it pastes what is selected as input.",
               .params = {{kPart, "ioctl"}},
               .reached_by = {EBADF},
               .source = "TIOCLINUX(2const), CVE-2023-28100"}),
  };
}

// What must stay, so that a service can confine itself further.
Property Kept(Property property) {
  property.probe = "sys/harmless_call";
  property.severity = Severity::kInfo;
  property.control = ControlAs::kNothing;
  property.expect = kNeverAsserted;
  property.remedy = {{"command", "leave the call out of the filter"}};
  return property;
}

std::vector<Property> ToKeep() {
  return {
      Kept({.id = "sys.seccomp_usable",
            .claim = "The payload can install a filter of its own.",
            .why = "A service that confines itself further is safer than one that cannot.",
            .params = {{kPart, "seccomp"}},
            .source = "seccomp(2)"}),
      Kept({.id = "lsm.landlock_usable",
            .claim = "The payload can confine itself by Landlock.",
            .why = "A service that confines itself further is safer than one that cannot.",
            .params = {{kPart, "landlock_create_ruleset"}},
            .source = "landlock(7)"}),
  };
}

// Ways around a filter, which are none where nothing is filtered. The control is told that it is
// one, and shows that the way is open outside.
Property Bypass(Property property) {
  property.denied_by = OrFiltered();
  property.denied_by_signal = {SIGSYS};
  property.absent_by = {ENOSYS, EINVAL};
  property.nothing_inside = {ENODATA};
  return property;
}

std::vector<Property> OfBypasses() {
  return {
      Bypass(
          {.id = "seccomp.compat_abi_bypass",
           .severity = Severity::kHigh,
           .claim = "What the filter refuses is refused by the 32-bit entry too.",
           .why = "int 0x80 has numbers of its own: a filter that does not look at the "
                  "architecture takes them for other calls.",
           .probe = "sys/other_entry",
           .params = {{"entry", "int80"}},
           .expect = kBlockedUnlessAgent,
           .remedy = {{"bwrap", "check the architecture first in the filter, as libseccomp does"},
                      {"command", "check the architecture first in the filter"}},
           .source = "seccomp(2)"}),
      Bypass({.id = "seccomp.x32_abi_bypass",
              .severity = Severity::kHigh,
              .claim = "What the filter refuses is refused by its x32 number too.",
              .why = "Calls of x32 have the architecture of x86-64 and other numbers.",
              .probe = "sys/other_entry",
              .params = {{"entry", "x32"}},
              .expect = kBlockedUnlessAgent,
              .remedy = {{"bwrap", "refuse all numbers with the bit 0x40000000"},
                         {"command", "refuse all numbers with the bit 0x40000000"}},
              .source = "seccomp(2)"}),
      Bypass({.id = "seccomp.high_bits_bypass",
              .severity = Severity::kHigh,
              .claim = "Rules on arguments hold whatever the high 32 bits are.",
              .why = "The kernel ignores them where it takes an int; a rule that compares 64 bits "
                     "does not see the value.",
              .probe = "sys/high_bits",
              .expect = kBlockedUnlessAgent,
              .remedy = {{"bwrap", "compare the low 32 bits: SCMP_CMP_MASKED_EQ with 0xffffffff"},
                         {"command", "compare the low 32 bits of such arguments"}},
              .source = "seccomp(2), CVE-2019-10063"}),
      Bypass({.id = "seccomp.io_uring_bypass",
              .severity = Severity::kHigh,
              .claim = "What the filter refuses is not done by an io_uring.",
              .why = "Its operations are no system calls, and no filter sees them.",
              .probe = "sys/ring_around",
              .expect = kBlockedUnlessAgent,
              .remedy = {{"bwrap", "refuse io_uring_setup by --seccomp"},
                         {"command", "refuse io_uring_setup, or kernel.io_uring_disabled=2"}},
              .source = "io_uring_enter(2), Documentation/admin-guide/sysctl/kernel.rst"}),
      {.id = "seccomp.unknown_nr",
       .severity = Severity::kLow,
       .claim = "A system call that the kernel does not know is answered ENOSYS.",
       .why = "C libraries try the newer call first and fall back on ENOSYS only: EPERM breaks "
              "programs after their next update.",
       .probe = "sys/unknown_number",
       .fact = FactRule{.fact = "answer", .values = {"ENOSYS"}},
       .expect = kRequiredIfStrict,
       .remedy = {{"command", "answer what the filter does not know with ENOSYS"}},
       .source = "syscalls(2), clone3(2)"},
  };
}

}  // namespace

std::vector<Property> SysMore() {
  std::vector<Property> all = OfCapabilities();
  for (const auto group : {OfFilters, OfSurface, OfBypasses, ToKeep}) {
    std::vector<Property> some = group();
    all.insert(all.end(), std::make_move_iterator(some.begin()),
               std::make_move_iterator(some.end()));
  }
  return all;
}

}  // namespace sandproof::catalogue
