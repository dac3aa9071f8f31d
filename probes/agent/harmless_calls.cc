#include "probes/agent/harmless_calls.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "probes/agent/call_numbers.h"
#include "probes/wire/unique_fd.h"

// Port I/O, segments and these old calls exist on x86 only; elsewhere the number is one that no
// kernel has.
#ifndef SYS_iopl
#define SYS_iopl (-1)
#endif
#ifndef SYS_ioperm
#define SYS_ioperm (-1)
#endif
#ifndef SYS_modify_ldt
#define SYS_modify_ldt (-1)
#endif
#ifndef SYS_ustat
#define SYS_ustat (-1)
#endif
#ifndef SYS_sysfs
#define SYS_sysfs (-1)
#endif
#ifndef SYS_uselib
#define SYS_uselib (-1)
#endif

namespace sandproof::probes {

namespace {

constexpr const char* kAbsent = "/.sandproof-absent";
constexpr const char* kAbsentType = "sandproof-absent-type";
constexpr int kInvalidMagic = 0x12345678;
// Wrong in each of three ways that kexec_load(2) checks before it acts: an unknown flag, an unknown
// architecture, too many segments. Valid flags with no segment would unload the crash kernel.
constexpr long kInvalidKexecFlags = 0xdeadff00;
constexpr long kTooManySegments = 1 << 20;
constexpr int kSyslogSizeBuffer = 10;

// glibc's wrappers would add to some calls, and answer others by themselves.
template <typename... Arguments>
long Raw(long number, Arguments... arguments) {
  return ::syscall(number, arguments...);
}

long Bpf() {
  bpf_attr attributes = {};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = attributes.value_size = 4;
  attributes.max_entries = 1;
  return Raw(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
}

// An event that no kernel has is looked for once all is permitted: ENOENT. One that is there, of a
// task, would make the first who opens it wait for an RCU grace period, 10 ms and more.
constexpr std::uint64_t kNoSuchEvent = 0xffff;

long Perf(pid_t whose, int cpu, std::uint64_t event) {
  perf_event_attr attributes = {};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof attributes;
  attributes.config = event;
  attributes.disabled = attributes.exclude_kernel = attributes.exclude_hv = 1;
  return Raw(SYS_perf_event_open, &attributes, whose, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

long IoUring() {
  io_uring_params params = {};
  return Raw(SYS_io_uring_setup, 1, &params);
}

template <typename Transfer>
long OverOwnMemory(Transfer transfer) {
  char here = 'x';
  char there = 'x';
  const iovec local = {.iov_base = &here, .iov_len = 1};
  const iovec remote = {.iov_base = &there, .iov_len = 1};
  return transfer(::getpid(), &local, 1, &remote, 1, 0);
}

long TakeOwnDescriptor() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  const UniqueFd self(static_cast<int>(Raw(SYS_pidfd_open, ::getpid(), 0)));
  return self ? Raw(SYS_pidfd_getfd, self.get(), ends[0], 0) : -1;
}

// The first of some calls that is let in, or the last one's refusal.
template <std::size_t kCount>
long AnyLetIn(const std::array<long (*)(), kCount>& calls) {
  long result = -1;
  for (long (*const call)() : calls) {
    result = call();
    if (result >= 0 || (errno != EPERM && errno != EACCES && errno != ENOSYS)) break;
  }
  return result;
}

// A thread with signal handlers of its own is EINVAL whatever the other flags are, and so nothing
// is made: copy_process() in kernel/fork.c.
long CloneNamespaces() {
  long result = -1;
  for (const unsigned long flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID,
                                   CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP}) {
    result = Raw(SYS_clone, flag | CLONE_THREAD, 0, 0, 0, 0);
    if (result >= 0 || errno == EINVAL) break;
  }
  return result;
}

long Clone3() {
  clone_args args = {};
  args.flags = CLONE_NEWUSER | CLONE_THREAD;
  return Raw(kClone3, &args, sizeof args);
}

long MountSetattr() {
  mount_attr nothing = {};
  return Raw(kMountSetattr, -1, "", 0x1000 /* AT_EMPTY_PATH */, &nothing, sizeof nothing);
}

long Adjtimex() {
  timex nothing = {};
  return Raw(SYS_adjtimex, &nothing);
}

long Madvise() {
  static char page = 0;
  const iovec range = {.iov_base = &page, .iov_len = 0};
  constexpr int kCold = 20;
  return Raw(kProcessMadvise, -1, &range, 1, kCold, 0);
}

long Handle() {
  file_handle empty = {.handle_bytes = 0, .handle_type = 0, .f_handle = {}};
  int mount_id = 0;
  return Raw(SYS_name_to_handle_at, AT_FDCWD, "/", &empty, &mount_id, 0);
}

// Setting the groups that are set already changes nothing.
long SetGroups() {
  gid_t groups[64];
  const int count = ::getgroups(64, groups);
  return count < 0 ? -1 : Raw(SYS_setgroups, count, groups);
}

// Of a child that ends soon: nobody notices.
long RaisePriority() {
  constexpr long kZero = 20;  // the raw call answers 20 minus the nice value
  const long nice = kZero - Raw(SYS_getpriority, PRIO_PROCESS, 0);
  return Raw(SYS_setpriority, PRIO_PROCESS, 0, nice - 1);
}

long RaiseLimit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NICE, &limit) != 0) return -1;
  if (limit.rlim_max == RLIM_INFINITY) limit.rlim_max = 0;
  ++limit.rlim_max;
  return ::setrlimit(RLIMIT_NICE, &limit);
}

long SetPersonality() {
  const long now = Raw(SYS_personality, 0xffffffffUL);
  return now < 0 ? now : Raw(SYS_personality, now | ADDR_NO_RANDOMIZE);
}

// A traced process stops at every signal, even at one that it ignores, and its parent stands still
// until it ends: a signal of another probe's to the group would hang both.
long TraceMe() {
  sigset_t every;
  sigfillset(&every);
  ::sigprocmask(SIG_BLOCK, &every, nullptr);
  return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
}

constexpr long (*kXattrat[])() = {
    [] { return Raw(kListxattrat, AT_FDCWD, kAbsent, 0, nullptr, 0); },
    [] { return Raw(kRemovexattrat, AT_FDCWD, kAbsent, 0, "user.sandproof"); },
    [] { return Raw(kGetxattrat, AT_FDCWD, kAbsent, 0, "user.sandproof", nullptr, 0); },
    [] { return Raw(kSetxattrat, AT_FDCWD, kAbsent, 0, "user.sandproof", nullptr, 0); }};

// Raw calls where the library's wrapper would answer by itself. Each line checks privilege before
// its arguments where it names a capability.
constexpr HarmlessCall kCalls[] = {
    {"acct", "absent path", [] { return Raw(SYS_acct, kAbsent); }, CAP_SYS_PACCT},
    {"add_key", "absent type",
     [] { return Raw(SYS_add_key, kAbsentType, "x", nullptr, 0, KEY_SPEC_PROCESS_KEYRING); }},
    {"adjtimex", "nothing", Adjtimex},
    {"bpf", "BPF_MAP_CREATE", Bpf, CAP_BPF, true},
    {"cachestat", "-1", [] { return Raw(kCachestat, -1, nullptr, nullptr, 0); }},
    {"clone", "namespaces, an invalid thread", CloneNamespaces},
    {"clone3", "CLONE_NEWUSER, an invalid thread", Clone3},
    {"delete_module", "absent",
     [] { return Raw(SYS_delete_module, "sandproof_absent", O_NONBLOCK); }, CAP_SYS_MODULE},
    {"fanotify_init", "FAN_CLASS_CONTENT",
     [] { return Raw(SYS_fanotify_init, FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY); },
     CAP_SYS_ADMIN, true},
    {"file_setattr", "absent path",
     [] { return Raw(kFileSetattr, AT_FDCWD, kAbsent, nullptr, 0, 0); }},
    {"finit_module", "-1", [] { return Raw(SYS_finit_module, -1, "", 0); }, CAP_SYS_MODULE},
    {"fsmount", "-1", [] { return Raw(kFsmount, -1, 0, 0); }, CAP_SYS_ADMIN},
    {"fsopen", "tmpfs", [] { return Raw(kFsopen, "tmpfs", 1 /* FSOPEN_CLOEXEC */); }, CAP_SYS_ADMIN,
     true},
    {"fspick", "-1", [] { return Raw(kFspick, -1, "", 8 /* FSPICK_EMPTY_PATH */); }, CAP_SYS_ADMIN},
    {"futex_waitv", "nothing", [] { return Raw(kFutexWaitv, nullptr, 0, 0, nullptr, 0); }},
    {"init_module", "0 bytes", [] { return Raw(SYS_init_module, nullptr, 0, ""); }, CAP_SYS_MODULE},
    {"io_setup", "0 events", [] { return Raw(SYS_io_setup, 0, nullptr); }},
    {"io_uring_setup", "1", IoUring, -1, true},
    {"ioctl", "-1, TIOCLINUX", [] { return Raw(SYS_ioctl, -1, TIOCLINUX, ""); }},
    {"kcmp", "ourselves", [] { return Raw(SYS_kcmp, ::getpid(), ::getpid(), KCMP_VM, 0, 0); }},
    {"kexec_file_load", "invalid flags",
     [] { return Raw(SYS_kexec_file_load, -1, -1, 0, "", kInvalidKexecFlags); }, CAP_SYS_BOOT},
    {"kexec_load", "invalid flags",
     [] { return Raw(SYS_kexec_load, 0, kTooManySegments, nullptr, kInvalidKexecFlags); },
     CAP_SYS_BOOT},
    {"keyctl", "KEYCTL_GET_KEYRING_ID, process, no creation",
     [] { return Raw(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 0); }},
    {"landlock_create_ruleset", "version",
     [] { return Raw(kLandlockCreateRuleset, nullptr, 0, 1); }},
    {"listmount", "nothing", [] { return Raw(kListmount, nullptr, nullptr, 0, 0); }},
    {"lsm_set_self_attr", "nothing", [] { return Raw(kLsmSetSelfAttr, 0, nullptr, 0, 0xffff); }},
    {"map_shadow_stack", "nothing", [] { return Raw(kMapShadowStack, 0, 0, 0xffff); }},
    {"memfd_secret", "O_CLOEXEC", [] { return Raw(kMemfdSecret, O_CLOEXEC); }, -1, true},
    {"migrate_pages", "nothing", [] { return Raw(SYS_migrate_pages, 0, 0, nullptr, nullptr); }},
    {"modify_ldt", "read 0 bytes", [] { return Raw(SYS_modify_ldt, 0, nullptr, 0); }},
    {"mount", "absent path", [] { return Raw(SYS_mount, nullptr, kAbsent, "tmpfs", 0, nullptr); }},
    {"mount_setattr", "-1, nothing", MountSetattr, CAP_SYS_ADMIN},
    {"move_mount", "absent paths", [] { return Raw(kMoveMount, -1, kAbsent, -1, kAbsent, 0); },
     CAP_SYS_ADMIN},
    {"move_pages", "nothing",
     [] { return Raw(SYS_move_pages, 0, 0, nullptr, nullptr, nullptr, 0); }},
    {"mseal", "an invalid flag", [] { return Raw(kMseal, 0, 0, 1); }},
    {"name_to_handle_at", "/, no room", Handle},
    {"open_tree", "/", [] { return Raw(kOpenTree, AT_FDCWD, "/", O_CLOEXEC); }, -1, true},
    {"open_tree_attr", "-1", [] { return Raw(kOpenTreeAttr, -1, "", 0x1000, nullptr, 0); }},
    {"perf_event_open", "every process of cpu 0", [] { return Perf(-1, 0, PERF_COUNT_SW_DUMMY); },
     CAP_PERFMON, true},
    {"perf_event_open of itself", "our own", [] { return Perf(0, -1, kNoSuchEvent); }},
    {"pidfd_getfd", "our own", TakeOwnDescriptor, -1, true},
    {"pivot_root", "absent paths", [] { return Raw(SYS_pivot_root, kAbsent, kAbsent); },
     CAP_SYS_ADMIN},
    {"process_madvise", "-1", Madvise},
    {"process_mrelease", "-1", [] { return Raw(kProcessMrelease, -1, 0); }},
    {"process_vm_readv", "our own", [] { return OverOwnMemory(::process_vm_readv); }},
    {"process_vm_writev", "our own", [] { return OverOwnMemory(::process_vm_writev); }},
    {"quotactl", "nothing", [] { return Raw(SYS_quotactl, 0, nullptr, 0, nullptr); }},
    {"quotactl_fd", "-1", [] { return Raw(kQuotactlFd, -1, 0, 0, nullptr); }},
    {"reboot", "bad magic",
     [] { return Raw(SYS_reboot, LINUX_REBOOT_MAGIC1, kInvalidMagic, 0, nullptr); }, CAP_SYS_BOOT},
    {"remap_file_pages", "nothing", [] { return Raw(SYS_remap_file_pages, 0, 0, 0, 0, 0); }},
    {"request_key", "absent type",
     [] { return Raw(SYS_request_key, kAbsentType, "x", nullptr, 0); }},
    {"seccomp", "SECCOMP_GET_ACTION_AVAIL",
     [] {
       const unsigned action = SECCOMP_RET_ERRNO;
       return Raw(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
     }},
    {"set_mempolicy", "an invalid mode", [] { return Raw(SYS_set_mempolicy, 0xff, nullptr, 0); }},
    {"setdomainname", "length -1", [] { return Raw(SYS_setdomainname, "x", -1); }, CAP_SYS_ADMIN},
    {"setgroups", "those that we have", SetGroups, CAP_SETGID},
    {"sethostname", "length -1", [] { return Raw(SYS_sethostname, "x", -1); }, CAP_SYS_ADMIN},
    {"setns", "-1", [] { return Raw(SYS_setns, -1, 0); }},
    {"settimeofday", "nothing", [] { return Raw(SYS_settimeofday, nullptr, nullptr); },
     CAP_SYS_TIME},
    {"statmount", "nothing", [] { return Raw(kStatmount, nullptr, nullptr, 0, 0); }},
    {"swapoff", "absent path", [] { return Raw(SYS_swapoff, kAbsent); }, CAP_SYS_ADMIN},
    {"swapon", "absent path", [] { return Raw(SYS_swapon, kAbsent, 0); }, CAP_SYS_ADMIN},
    {"sysfs", "count of file systems", [] { return Raw(SYS_sysfs, 3); }},
    {"syslog", "size of the buffer", [] { return Raw(SYS_syslog, kSyslogSizeBuffer, nullptr, 0); },
     CAP_SYSLOG},
    {"umount2", "absent path", [] { return Raw(SYS_umount2, kAbsent, 0); }},
    {"uselib", "absent path", [] { return Raw(SYS_uselib, kAbsent); }},
    {"userfaultfd", "O_CLOEXEC", [] { return Raw(SYS_userfaultfd, O_CLOEXEC); }, CAP_SYS_PTRACE,
     true},
    {"ustat", "no device", [] { return Raw(SYS_ustat, 0, nullptr); }},
    {"vmsplice", "-1", [] { return Raw(SYS_vmsplice, -1, nullptr, 0, 0); }},
    {"xattrat", "absent path", [] { return AnyLetIn(std::to_array(kXattrat)); }},
    // What changes the process.
    {"chroot", "/", [] { return Raw(SYS_chroot, "/"); }, CAP_SYS_CHROOT},
    {"ioperm", "0x80", [] { return Raw(SYS_ioperm, 0x80, 1, 1); }, CAP_SYS_RAWIO},
    {"iopl", "3", [] { return Raw(SYS_iopl, 3); }, CAP_SYS_RAWIO},
    {"personality", "ADDR_NO_RANDOMIZE", SetPersonality},
    {"setpriority", "one higher", RaisePriority, CAP_SYS_NICE},
    {"setrlimit", "RLIMIT_NICE, one above the hard limit", RaiseLimit, CAP_SYS_RESOURCE},
    {"unshare", "CLONE_NEWNS", [] { return static_cast<long>(::unshare(CLONE_NEWNS)); },
     CAP_SYS_ADMIN},
    {"ptrace", "PTRACE_TRACEME", TraceMe},
};

}  // namespace

std::span<const HarmlessCall> HarmlessCalls() { return kCalls; }

}  // namespace sandproof::probes
