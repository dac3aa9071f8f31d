// Attempts: a system call by a number that no kernel has.
// Harmless: there is nothing behind it.
// Tells apart: ENOSYS, the kernel's own answer and a deny list's; EPERM or SIGSYS, an allow list's.
// Source: syscalls(2), seccomp(2).
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::sys {

Observation UnknownNumber(const Request& request) {
  constexpr long kUnknown = 9999;
  Observation answer = InQuickChild(request, []() -> Observation {
    return ::syscall(kUnknown) >= 0 ? Reached("syscall", "9999") : Denied("syscall", "9999", errno);
  });
  if (answer.outcome == Outcome::kSetupFailed || answer.outcome == Outcome::kTimeout) return answer;
  std::string said = "errno " + std::to_string(answer.error);
  if (answer.outcome == Outcome::kReached) said = "success";
  if (answer.outcome == Outcome::kKilled) said = "signal " + std::to_string(answer.error);
  if (answer.outcome == Outcome::kDenied && answer.error == ENOSYS) said = "ENOSYS";
  return Read("syscall", "9999", {{"answer", {said}}});
}

}  // namespace sandproof::probes::sys
