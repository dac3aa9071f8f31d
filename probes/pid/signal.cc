// Attempts: kill(2) of the decoy with SIGURG, and the same through a pidfd; the decoy counts.
// Harmless: the default action of SIGURG is to ignore it, and only the decoy is addressed: a
//   namesake is told apart first.
// Tells apart: ESRCH, not in this PID namespace; EPERM, another uid, or a Landlock scope or filter.
// Source: kill(2), pidfd_send_signal(2), landlock(7) LANDLOCK_SCOPE_SIGNAL.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

namespace {

bool SignalByPidfd(pid_t decoy) {
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, decoy, 0)));
  return pidfd && ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGURG, nullptr, 0) == 0;
}

}  // namespace

Observation Signal(const Request& request) {
  const std::string operand = request.Param("pid") + ", SIGURG";
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  if (decoy <= 1) return SetupFailed("kill", operand, EINVAL);
  if (const int error = LookForDecoy(decoy)) return Denied("getsid", request.Param("pid"), error);
  if (::kill(decoy, SIGURG) == 0) return Reached("kill", operand);
  const int error = errno;
  if (SignalByPidfd(decoy)) return Reached("pidfd_send_signal", operand);
  return Denied("kill", operand, error);
}

}  // namespace sandproof::probes::pid
