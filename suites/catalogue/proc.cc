// /proc and /sys: which settings of the host open for writing, and what they tell.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

namespace {

// ENODATA: the file is covered by another, is empty, or shows zeros.
Property Common(Property property) {
  property.denied_by = OrFiltered({ENOENT, ENOTDIR, EROFS, ENODATA, EIO});
  property.denied_by_signal = {SIGSYS};
  property.absent_by = {ENOENT, ENOTDIR, ENODATA};
  return property;
}

// A setting of the whole host that must not open for writing.
Property Setting(Property property) {
  property.params.push_back({"how", "write"});
  property.remedy = {
      {"bwrap",
       "start it as another uid than root, or --remount-ro /proc after --proc /proc: with "
       "root, bwrap leaves /proc/sys writable, --cap-drop ALL or not"},
      {"command", "run as another uid than the host's root, or make the file read-only"}};
  property = Common(std::move(property));
  // Outside: whoever starts the launcher is held back by a read-only mount, too.
  property.absent_by.push_back(EROFS);
  return property;
}

// A file that must not be readable.
Property Inventory(Property property) {
  property.remedy = {{"bwrap", "--ro-bind /dev/null PATH after --proc /proc covers it"},
                     {"command", "cover the file with /dev/null, as container runtimes do"}};
  return Common(std::move(property));
}

}  // namespace

std::vector<Property> Proc() {
  return {
      Setting(
          {.id = "proc.core_pattern_writable",
           .severity = Severity::kCritical,
           .claim = "/proc/sys/kernel/core_pattern does not open for writing.",
           .why = "The kernel runs the program named there as root, outside, at the next crash.",
           .probe = "proc/open_file",
           .params = {{"path", "/proc/sys/kernel/core_pattern"}},
           .source = "core(5)"}),
      Setting({.id = "proc.modprobe_path_writable",
               .severity = Severity::kCritical,
               .claim = "The programs that the kernel starts by itself cannot be set.",
               .why = "The kernel runs them as root, outside.",
               .probe = "proc/open_file",
               .params = {{"paths",
                           "/proc/sys/kernel/modprobe:/proc/sys/kernel/hotplug:/proc/sys/kernel/"
                           "poweroff_cmd"}},
               .source = "Documentation/admin-guide/sysctl/kernel.rst modprobe"}),
      Setting({.id = "proc.binfmt_register_writable",
               .severity = Severity::kCritical,
               .claim = "No interpreter can be registered with binfmt_misc.",
               .why = "Programs of the host then run an interpreter of the payload's choice.",
               .probe = "proc/open_file",
               .params = {{"path", "/proc/sys/fs/binfmt_misc/register"}},
               .source = "Documentation/admin-guide/binfmt-misc.rst"}),
      Setting({.id = "proc.sysctl_global_writable",
               .severity = Severity::kHigh,
               .claim = "Settings of the whole machine do not open for writing.",
               .why = "Protections of every process can be switched off, and the host starved.",
               .probe = "proc/open_file",
               .params = {{"paths",
                           "/proc/sys/vm/overcommit_memory:/proc/sys/kernel/randomize_va_space:/"
                           "proc/sys/fs/file-max:/proc/sys/kernel/threads-max:/proc/sys/kernel/"
                           "printk:/proc/sys/vm/drop_caches"}},
               .source = "Documentation/admin-guide/sysctl/"}),
      Setting({.id = "proc.sysrq_writable",
               .severity = Severity::kCritical,
               .claim = "/proc/sysrq-trigger does not open for writing.",
               .why = "One byte reboots the host or kills its processes.",
               .probe = "proc/open_file",
               .params = {{"path", "/proc/sysrq-trigger"}},
               .source = "Documentation/admin-guide/sysrq.rst"}),
      Setting({.id = "proc.irq_writable",
               .severity = Severity::kMedium,
               .claim = "/proc/irq does not open for writing.",
               .why = "Interrupts of the host can be moved to one processor.",
               .probe = "proc/open_file",
               .params = {{"path", "/proc/irq/default_smp_affinity"}},
               .source = "Documentation/core-api/irq/irq-affinity.rst"}),
      Setting({.id = "proc.mtrr_writable",
               .severity = Severity::kMedium,
               .claim = "/proc/mtrr does not open for writing.",
               .why = "How processors cache memory can be changed.",
               .probe = "proc/open_file",
               .params = {{"path", "/proc/mtrr"}},
               .expect = kBlockedUnlessAgent,
               .source = "Documentation/arch/x86/mtrr.rst"}),
      Setting({.id = "proc.sysfs_writable",
               .severity = Severity::kHigh,
               .claim = "Settings in /sys do not open for writing.",
               .why = "The kernel's helper programs, power states and memory can be set.",
               .probe = "proc/open_file",
               .params = {{"paths",
                           "/sys/kernel/uevent_helper:/sys/power/state:/sys/kernel/mm/"
                           "transparent_hugepage/enabled:/sys/kernel/profiling"}},
               .source = "sysfs(5)"}),
      Inventory({.id = "proc.kmsg_openable",
                 .severity = Severity::kMedium,
                 .claim = "/proc/kmsg does not open.",
                 .why = "Reading it takes the kernel's messages away from the host's log.",
                 .probe = "proc/open_file",
                 .params = {{"path", "/proc/kmsg"}},
                 .source = "proc_kmsg(5)"}),
      Inventory({.id = "proc.kcore_readable",
                 .severity = Severity::kCritical,
                 .claim = "/proc/kcore does not open.",
                 .why = "It is the kernel's memory.",
                 .probe = "proc/open_file",
                 .params = {{"path", "/proc/kcore"}},
                 .source = "proc_kcore(5)"}),
      Inventory({.id = "proc.keys_readable",
                 .severity = Severity::kMedium,
                 .claim = "/proc/keys shows no keys.",
                 .why = "It lists keys of other processes of the same uid, with their serials.",
                 .probe = "proc/read_file",
                 .params = {{"path", "/proc/keys"}},
                 .expect = kBlockedIfStrict,
                 .source = "keyrings(7)"}),
      Inventory({.id = "proc.key_users_readable",
                 .severity = Severity::kLow,
                 .claim = "/proc/key-users shows no users.",
                 .why = "It lists every uid of the host that has keys, and how many.",
                 .probe = "proc/read_file",
                 .params = {{"path", "/proc/key-users"}},
                 .expect = kBlockedIfStrict,
                 .source = "keyrings(7)"}),
      Inventory({.id = "proc.kallsyms_addresses",
                 .severity = Severity::kLow,
                 .claim = "/proc/kallsyms shows no addresses.",
                 .why = "They undo the kernel's address space randomisation.",
                 .probe = "proc/read_file",
                 .params = {{"path", "/proc/kallsyms"}, {"what", "address"}},
                 .expect = kBlockedUnlessAgent,
                 .source = "Documentation/admin-guide/sysctl/kernel.rst kptr_restrict"}),
      Inventory({.id = "proc.timer_list_readable",
                 .severity = Severity::kLow,
                 .claim = "Lists of timers, allocations and scheduling of the host are not "
                          "readable.",
                 .why = "They show what other processes do, and kernel addresses.",
                 .probe = "proc/read_file",
                 .params = {{"paths",
                             "/proc/timer_list:/proc/sched_debug:/proc/latency_stats:/proc/"
                             "slabinfo:/proc/vmallocinfo"}},
                 .expect = kBlockedIfStrict,
                 .source = "proc(5)"}),
      Setting({.id = "proc.sysctl_ns_writable",
               .severity = Severity::kLow,
               .claim = "Settings of namespaces do not open for writing.",
               .why = "In a namespace that is shared with the host they are the host's.",
               .probe = "proc/open_file",
               .params = {{"paths",
                           "/proc/sys/kernel/hostname:/proc/sys/net/ipv4/ip_forward:/proc/sys/"
                           "kernel/ns_last_pid:/proc/sys/net/core/somaxconn"}},
               .expect = kBlockedIfStrict,
               .source = "Documentation/admin-guide/sysctl/net.rst"}),
      Inventory({.id = "proc.iomem_addresses",
                 .severity = Severity::kLow,
                 .claim = "/proc/iomem shows no addresses.",
                 .why = "They tell where in memory the kernel lies.",
                 .probe = "proc/read_file",
                 .params = {{"path", "/proc/iomem"}, {"what", "address"}},
                 .expect = kBlockedUnlessAgent,
                 .source = "proc_iomem(5)"}),
      Inventory({.id = "proc.cmdline_readable",
                 .severity = Severity::kLow,
                 .claim = "The kernel's command line is not readable.",
                 .why = "It names the disks and switches of the host, and sometimes a token.",
                 .probe = "proc/read_file",
                 .params = {{"path", "/proc/cmdline"}},
                 .expect = kNeverAsserted,
                 .source = "proc_cmdline(5)"}),
      Inventory({.id = "secret.boot_id",
                 .severity = Severity::kInfo,
                 .claim = "The id of the host's boot is not readable.",
                 .why = "It tells that two sandboxes run on one machine.",
                 .probe = "proc/read_file",
                 .params = {{"path", "/proc/sys/kernel/random/boot_id"}},
                 .expect = kNeverAsserted,
                 .source = "random(4)"}),
      Inventory(
          {.id = "proc.debug_visible",
           .severity = Severity::kHigh,
           .claim = "debugfs and tracefs are not visible below /sys.",
           .why = "They show and steer what the kernel does for everybody.",
           .probe = "fs/path_exists",
           .params = {{"paths", "/sys/kernel/debug:/sys/kernel/tracing"}, {"what", "content"}},
           .source = "Documentation/filesystems/debugfs.rst"}),
      Inventory({.id = "proc.firmware_visible",
                 .severity = Severity::kLow,
                 .claim = "Firmware and the crash kernel's notes are not visible below /sys.",
                 .why = "They name the machine, and where the kernel's memory lies.",
                 .probe = "fs/path_exists",
                 .params = {{"paths",
                             "/sys/kernel/vmcoreinfo:/sys/firmware/efi:/sys/firmware/acpi:/sys/"
                             "class/dmi/id/product_uuid"},
                            {"what", "content"}},
                 .expect = kBlockedIfStrict,
                 .source = "sysfs(5)"}),
      {.id = "proc.unmasked_relative_to_parent",
       .severity = Severity::kHigh,
       .claim = "/proc and /sys show nothing that is masked for whoever starts the launcher.",
       .why = "A fresh procfs undoes what the container around it covers: the sandbox then holds "
              "less than its container.",
       .probe = "proc/shown_files",
       .absent_by = {ENOENT},
       .fact = FactRule{.fact = "shown", .comparison = Comparison::kNothingMore},
       .expect = kAlwaysRequired,
       .remedy =
           {{"bwrap",
             "--ro-bind /proc /proc instead of --proc /proc shows the masks of the container, "
             "or start bwrap as an ordinary user: the kernel then refuses to undo them"},
            {"command", "mount no procfs or sysfs anew, or cover the same files again"}},
       .source = "OCI runtime specification \"Masked Paths\", mount_too_revealing() in "
                 "fs/namespace.c"},
      {.id = "proc.present",
       .severity = Severity::kLow,
       .claim = "The /proc that the launcher mounts is there.",
       .why = "Most programs need it, and what is not there proves nothing by not being readable.",
       .probe = "fs/path_exists",
       .params = {{"path", "/proc/self/stat"}},
       .control = ControlAs::kNothing,
       .expect = kAlwaysAllowed,
       .remedy = {{"bwrap", "--proc /proc"}, {"command", "mount(2) proc on /proc"}},
       .source = "proc(5)"},
  };
}

}  // namespace sandproof::catalogue
