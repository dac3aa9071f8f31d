// Attempts: one system call, which the parameter `call` names; in a child of its own where it would
//   leave something behind in this process.
// Harmless: the arguments cannot act even with every capability: an absent path, a bad magic
//   number, an invalid flag, the present value; what a call creates ends with the child.
// Tells apart: EPERM, no capability, or a filter; ENOSYS, a filter if the control got through; an
//   errno of the bad argument, the call was let in (the property's reached_by).
// Source: the man page of each call. Each line below checks privilege before its arguments.
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <sched.h>
#include <sys/fanotify.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "probes/agent/probe.h"

// Port I/O exists on x86 only; elsewhere the number is one that no kernel has.
#ifndef SYS_iopl
#define SYS_iopl (-1)
#endif

namespace sandproof::probes::sys {

namespace {

constexpr const char* kAbsent = "/.sandproof-absent";
constexpr int kInvalidMagic = 0x12345678;
// Wrong in each of three ways that kexec_load(2) checks before it acts: an unknown flag, an unknown
// architecture, too many segments. Valid flags with no segment would unload the crash kernel.
constexpr long kInvalidKexecFlags = 0xdeadff00;
constexpr long kTooManySegments = 1 << 20;
constexpr int kSyslogSizeBuffer = 10;

long Bpf() {
  bpf_attr attributes = {};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = attributes.value_size = 4;
  attributes.max_entries = 1;
  return ::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
}

long PerfOfEverybody() {
  perf_event_attr attributes = {};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof attributes;
  attributes.config = PERF_COUNT_SW_DUMMY;
  attributes.disabled = 1;
  return ::syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
}

long IoUring() {
  io_uring_params params = {};
  return ::syscall(SYS_io_uring_setup, 1, &params);
}

long ReadOwnMemory() {
  char from = 'x';
  char to = 0;
  const iovec local = {.iov_base = &to, .iov_len = 1};
  const iovec remote = {.iov_base = &from, .iov_len = 1};
  return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0);
}

long TakeOwnDescriptor() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  const UniqueFd self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  return self ? ::syscall(SYS_pidfd_getfd, self.get(), ends[0], 0) : -1;
}

// A traced process stops at every signal, even at one that it ignores, and its parent stands still
// until it ends: a signal of another probe's to the group would hang both.
long TraceMe() {
  sigset_t every;
  sigfillset(&every);
  ::sigprocmask(SIG_BLOCK, &every, nullptr);
  return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
}

struct HarmlessCall {
  std::string_view name;
  std::string_view operands;
  long (*call)();
  bool leaves_a_trace = false;  // a descriptor, a namespace, a tracer
};

// Raw calls where the library's wrapper would answer by itself.
constexpr HarmlessCall kCalls[] = {
    {"acct", "absent path", [] { return ::syscall(SYS_acct, kAbsent); }},
    {"bpf", "BPF_MAP_CREATE", Bpf, true},
    {"fanotify_init", "FAN_CLASS_CONTENT",
     [] { return ::syscall(SYS_fanotify_init, FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY); }, true},
    {"finit_module", "-1", [] { return ::syscall(SYS_finit_module, -1, "", 0); }},
    {"fsopen", "tmpfs", [] { return ::syscall(SYS_fsopen, "tmpfs", 1 /* FSOPEN_CLOEXEC */); },
     true},
    {"init_module", "0 bytes", [] { return ::syscall(SYS_init_module, nullptr, 0, ""); }},
    {"io_uring_setup", "1", IoUring, true},
    {"iopl", "3", [] { return ::syscall(SYS_iopl, 3); }, true},
    {"kexec_load", "invalid flags",
     [] { return ::syscall(SYS_kexec_load, 0, kTooManySegments, nullptr, kInvalidKexecFlags); }},
    {"keyctl", "KEYCTL_GET_KEYRING_ID, process, no creation",
     [] { return ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 0); },
     true},
    {"perf_event_open", "every process of cpu 0", PerfOfEverybody, true},
    {"pidfd_getfd", "our own", TakeOwnDescriptor},
    {"pivot_root", "absent paths", [] { return ::syscall(SYS_pivot_root, kAbsent, kAbsent); }},
    {"process_vm_readv", "our own", ReadOwnMemory},
    {"ptrace", "PTRACE_TRACEME", TraceMe, true},
    {"reboot", "bad magic",
     [] { return ::syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, kInvalidMagic, 0, nullptr); }},
    {"sethostname", "length -1", [] { return ::syscall(SYS_sethostname, "x", -1); }},
    {"setdomainname", "length -1", [] { return ::syscall(SYS_setdomainname, "x", -1); }},
    {"settimeofday", "nothing", [] { return ::syscall(SYS_settimeofday, nullptr, nullptr); }},
    {"swapoff", "absent path", [] { return ::syscall(SYS_swapoff, kAbsent); }},
    {"syslog", "size of the buffer",
     [] { return ::syscall(SYS_syslog, kSyslogSizeBuffer, nullptr, 0); }},
    {"unshare", "CLONE_NEWNS", [] { return static_cast<long>(::unshare(CLONE_NEWNS)); }, true},
    {"userfaultfd", "O_CLOEXEC", [] { return ::syscall(SYS_userfaultfd, O_CLOEXEC); }, true},
};

}  // namespace

Observation HarmlessCall(const Request& request) {
  const std::string& wanted = request.Param("call");
  for (const auto& [name, operands, call, leaves_a_trace] : kCalls) {
    if (name != wanted) continue;
    const auto attempt = [&, name = name, operands = operands, call = call] {
      return call() >= 0 ? Reached(name, operands) : Denied(name, operands, errno);
    };
    return leaves_a_trace ? InQuickChild(request, attempt) : attempt();
  }
  return SetupFailed("find_call", wanted, ENOSYS);
}

}  // namespace sandproof::probes::sys
