#include "probes/agent/bystander.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include "probes/agent/children.h"
#include "probes/agent/probe.h"

namespace sandproof::probes {

namespace {

[[noreturn]] void StandBy(const Identity& identity, pid_t guard, int report) {
  if (!Assume(identity)) ::_exit(1);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // after the identity, which takes it back
  if (::getppid() != guard) ::_exit(1);
  static_cast<void>(::write(report, "", 1));
  ::syscall(SYS_close_range, 0U, ~0U, 0U);
  for (;;) ::pause();
}

}  // namespace

bool Bystander::Begin(pid_t group, const Identity& identity) {
  static_cast<void>(End());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  sigset_t sigurg;
  sigset_t usual;
  sigemptyset(&sigurg);
  sigaddset(&sigurg, SIGURG);
  const pid_t guard = ::getpid();
  ::sigprocmask(SIG_BLOCK, &sigurg, &usual);
  pid_ = ::fork();
  if (pid_ == 0) StandBy(identity, guard, writer.get());
  ::sigprocmask(SIG_SETMASK, &usual, nullptr);
  writer.reset();
  int error = pid_ < 0 ? errno : 0;
  if (pid_ > 0) held_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (pid_ > 0 && (!held_ || ::setpgid(pid_, group) != 0)) error = errno;
  char byte = 0;
  if (error == 0 && ::read(reader.get(), &byte, 1) != 1) error = EPERM;
  if (error != 0) static_cast<void>(End());
  errno = error;
  return error == 0;
}

long Bystander::End() {
  if (pid_ <= 0) return 0;
  const std::string status = ReadFileAt("/proc/" + std::to_string(pid_) + "/status");
  constexpr unsigned long long kSigurg = 1ULL << (SIGURG - 1);
  const std::size_t at = status.find("\nShdPnd:");
  const bool has_come = at != std::string::npos &&
                        (std::strtoull(status.c_str() + at + 8, nullptr, 16) & kSigurg) != 0;
  // By descriptor: had it died, somebody else may have reaped it, and the number be another's.
  const bool is_refused =
      ::syscall(SYS_pidfd_send_signal, held_.get(), SIGKILL, nullptr, 0) != 0 && errno == EPERM;
  const bool is_ending = !is_refused || Kill(pid_);
  while (is_ending && ::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  held_.reset();
  pid_ = -1;
  return has_come ? 1 : 0;
}

}  // namespace sandproof::probes
