// One thread of a supervised service, made to do a few system calls of ours: so that the real
// service in its real sandbox exits with a chosen status, forks, or signals its process group.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <chrono>
#include <string_view>

#include "harness/result.h"

namespace sandproof {

// x86-64 only. The filter of the sandbox judges these calls as it does the service's own.
// Source: ptrace(2), PTRACE_SEIZE and PTRACE_GET_SYSCALL_INFO.
class Tracee {
 public:
  using Clock = std::chrono::steady_clock;
  using Arguments = std::array<unsigned long long, 6>;

  // Stops the first thread of a process where it next enters a system call.
  // Errors: kInternal, the call and the errno; also for a process that makes no call until then.
  [[nodiscard]] static Result<Tracee> Seize(pid_t pid, Clock::time_point deadline);
  Tracee(Tracee&& other) noexcept;
  Tracee& operator=(Tracee&&) = delete;
  ~Tracee();  // lets it go on where it was

  // What the call gives: a number, or -errno.
  [[nodiscard]] Result<long> Call(long number, const Arguments& arguments);
  // Makes a call its last one under our eyes, and lets it go: exit_group, pause.
  [[nodiscard]] Result<bool> LeaveBy(long number, unsigned long long argument);
  // A child by clone(2), stopped where this one is.
  [[nodiscard]] Result<Tracee> Fork();
  // Places bytes (at most 256) in memory of its own, below its stack; their address.
  [[nodiscard]] Result<unsigned long long> Place(std::string_view bytes);

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  Tracee(pid_t pid, Clock::time_point deadline) : pid_(pid), deadline_(deadline) {}
  enum class Stop { kEntry, kExit };
  [[nodiscard]] Result<bool> AwaitStop();
  [[nodiscard]] Result<bool> RunTo(Stop stop);
  [[nodiscard]] Result<bool> EnterCall(long number, const Arguments& arguments);

  pid_t pid_ = -1;  // -1: let go
  Clock::time_point deadline_ = {};
  user_regs_struct saved_ = {};
  bool is_at_entry_ = false;  // of a call of its own that it has not made yet
  bool was_changed_ = false;
  int pending_signal_ = 0;
  pid_t forked_ = -1;
};

}  // namespace sandproof
