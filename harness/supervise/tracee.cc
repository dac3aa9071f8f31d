#include "harness/supervise/tracee.h"

#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "harness/process/await_tracee.h"
#include "harness/process/process.h"

namespace sandproof {

namespace {

constexpr unsigned long long kSyscallSize = 2;  // 0f 05

// From <sys/ptrace.h>, whose names collide with those of the kernel's header.
long Trace(int request, pid_t pid, unsigned long long address, unsigned long long data) {
  return ::syscall(SYS_ptrace, request, pid, address, data);
}

unsigned long long AddressOf(const void* object) {
  return static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(object));
}

Error TraceError(std::string_view what, pid_t pid) {
  return CallError("ptrace", fmt::format("{}, {}", what, pid), errno);
}

}  // namespace

Result<Tracee> Tracee::Seize(pid_t pid, Clock::time_point deadline) {
  constexpr unsigned long long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK;
  if (Trace(PTRACE_SEIZE, pid, 0, kOptions) != 0) return TraceError("PTRACE_SEIZE", pid);
  Tracee tracee(pid, deadline);
  if (Trace(PTRACE_INTERRUPT, pid, 0, 0) != 0) return TraceError("PTRACE_INTERRUPT", pid);
  TRY(const bool is_stopped, tracee.AwaitStop());
  static_cast<void>(is_stopped);
  TRY(const bool is_entered, tracee.RunTo(Stop::kEntry));
  static_cast<void>(is_entered);
  if (Trace(PTRACE_GETREGS, pid, 0, AddressOf(&tracee.saved_)) != 0) {
    return TraceError("PTRACE_GETREGS", pid);
  }
  tracee.is_at_entry_ = true;
  return tracee;
}

Tracee::Tracee(Tracee&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      deadline_(other.deadline_),
      saved_(other.saved_),
      is_at_entry_(other.is_at_entry_),
      was_changed_(other.was_changed_),
      pending_signal_(other.pending_signal_),
      forked_(other.forked_) {}

Tracee::~Tracee() {
  if (pid_ <= 0) return;
  if (was_changed_) {
    // Makes the call that it was about to make.
    user_regs_struct registers = saved_;
    registers.rip -= kSyscallSize;
    registers.rax = saved_.orig_rax;
    registers.orig_rax = ~0ULL;
    Trace(PTRACE_SETREGS, pid_, 0, AddressOf(&registers));
  }
  Trace(PTRACE_DETACH, pid_, 0, static_cast<unsigned long long>(pending_signal_));
}

// Until it stops, for whatever reason.
Result<bool> Tracee::AwaitStop() {
  const std::optional<int> status = AwaitTracee(pid_, deadline_);
  if (!status && errno == ETIMEDOUT) {
    return Internal("the service made no system call within the limit");
  }
  if (!status) return CallError("waitpid", std::to_string(pid_), errno);
  if (!WIFSTOPPED(*status)) {
    pid_ = -1;
    return Internal("the service ended while it was traced");
  }
  const int event = *status >> 16;
  const int signal = WSTOPSIG(*status);
  if (event == PTRACE_EVENT_FORK) {
    unsigned long message = 0;
    Trace(PTRACE_GETEVENTMSG, pid_, 0, AddressOf(&message));
    forked_ = static_cast<pid_t>(message);
  }
  // A signal that was on its way is delivered with the next step.
  if (event == 0 && signal != (SIGTRAP | 0x80)) pending_signal_ = signal;
  return true;
}

Result<bool> Tracee::RunTo(Stop stop) {
  const auto wanted = static_cast<unsigned char>(stop == Stop::kEntry ? PTRACE_SYSCALL_INFO_ENTRY
                                                                      : PTRACE_SYSCALL_INFO_EXIT);
  for (;;) {
    const int signal = std::exchange(pending_signal_, 0);
    if (Trace(PTRACE_SYSCALL, pid_, 0, static_cast<unsigned long long>(signal)) != 0) {
      return TraceError("PTRACE_SYSCALL", pid_);
    }
    TRY(const bool is_stopped, AwaitStop());
    static_cast<void>(is_stopped);
    unsigned char info[88] = {};  // struct ptrace_syscall_info; its first byte is the kind
    if (Trace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof info, AddressOf(info)) < 0) {
      return TraceError("PTRACE_GET_SYSCALL_INFO", pid_);
    }
    if (info[0] == wanted) return true;
  }
}

// From wherever it is to the entry of a call of ours.
Result<bool> Tracee::EnterCall(long number, const Arguments& arguments) {
  user_regs_struct registers = saved_;
  registers.rdi = arguments[0];
  registers.rsi = arguments[1];
  registers.rdx = arguments[2];
  registers.r10 = arguments[3];
  registers.r8 = arguments[4];
  registers.r9 = arguments[5];
  was_changed_ = true;
  if (!is_at_entry_) {
    registers.rip -= kSyscallSize;
    registers.rax = static_cast<unsigned long long>(number);
    registers.orig_rax = ~0ULL;  // no call is to be restarted
    if (Trace(PTRACE_SETREGS, pid_, 0, AddressOf(&registers)) != 0) {
      return TraceError("PTRACE_SETREGS", pid_);
    }
    return RunTo(Stop::kEntry);
  }
  is_at_entry_ = false;
  registers.orig_rax = static_cast<unsigned long long>(number);
  if (Trace(PTRACE_SETREGS, pid_, 0, AddressOf(&registers)) != 0) {
    return TraceError("PTRACE_SETREGS", pid_);
  }
  return true;
}

Result<long> Tracee::Call(long number, const Arguments& arguments) {
  TRY(const bool is_entered, EnterCall(number, arguments));
  static_cast<void>(is_entered);
  TRY(const bool is_left, RunTo(Stop::kExit));
  static_cast<void>(is_left);
  user_regs_struct registers = {};
  if (Trace(PTRACE_GETREGS, pid_, 0, AddressOf(&registers)) != 0) {
    return TraceError("PTRACE_GETREGS", pid_);
  }
  return static_cast<long>(registers.rax);
}

Result<bool> Tracee::LeaveBy(long number, unsigned long long argument) {
  TRY(const bool is_entered, EnterCall(number, {argument}));
  static_cast<void>(is_entered);
  if (Trace(PTRACE_DETACH, pid_, 0, 0) != 0) return TraceError("PTRACE_DETACH", pid_);
  pid_ = -1;
  return true;
}

Result<Tracee> Tracee::Fork() {
  forked_ = -1;
  TRY(const long result, Call(SYS_clone, {SIGCHLD}));
  if (result < 0) {
    return Internal("clone in the service: " +
                    CallError("clone", "SIGCHLD", -static_cast<int>(result)).message);
  }
  if (forked_ <= 0) return Internal("clone in the service: no child was seen");
  Tracee child(forked_, deadline_);
  child.saved_ = saved_;
  child.was_changed_ = true;
  TRY(const bool is_stopped, child.AwaitStop());
  static_cast<void>(is_stopped);
  child.pending_signal_ = 0;
  return child;
}

Result<unsigned long long> Tracee::Place(std::string_view bytes) {
  constexpr unsigned long long kBelow = 1024;  // the red zone of 128 bytes, and more
  const unsigned long long address = (saved_.rsp - kBelow) & ~0xfULL;
  const iovec ours = {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  const iovec theirs = {.iov_base = reinterpret_cast<void*>(address), .iov_len = bytes.size()};
  const ssize_t written = ::process_vm_writev(pid_, &ours, 1, &theirs, 1, 0);
  if (written == static_cast<ssize_t>(bytes.size())) return address;
  return CallError("process_vm_writev", std::to_string(pid_), errno);
}

}  // namespace sandproof
