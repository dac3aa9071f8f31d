// Attempts: ptrace(2) PTRACE_SEIZE of the decoy and PTRACE_PEEKDATA of its nonce.
// Harmless: only the decoy, stopped for the time of one read; the end of the tracing child lets it
//   go on whatever happens.
// Tells apart: ESRCH, not in this PID namespace; EPERM, another uid, fewer capabilities, Yama or a
//   filter (a filter answers before the number is looked up).
// Source: ptrace(2) PTRACE_SEIZE and "Ptrace access mode checking".
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

namespace {

// What the decoy was about to be sent when it stopped, 0 for our own interrupt. It may stop for the
// SIGURG of another probe, which it has yet to count: detached with 0, the signal would be lost.
long PendingSignal(int status) {
  const bool is_event = (status >> 16) != 0;
  return WIFSTOPPED(status) && !is_event ? WSTOPSIG(status) : 0L;
}

Observation Seize(pid_t decoy, const Request& request) {
  const std::string& operand = request.Param("pid");
  if (::ptrace(PTRACE_SEIZE, decoy, nullptr, nullptr) != 0) {
    return Denied("ptrace", "PTRACE_SEIZE, " + operand, errno);
  }
  ::ptrace(PTRACE_INTERRUPT, decoy, nullptr, nullptr);
  int status = 0;
  if (::waitpid(decoy, &status, __WALL) != decoy) return SetupFailed("waitpid", operand, errno);
  const auto address = std::strtoul(request.Param("address").c_str(), nullptr, 16);
  errno = 0;
  const long word = ::ptrace(PTRACE_PEEKDATA, decoy, address, nullptr);
  const int error = errno;
  ::ptrace(PTRACE_DETACH, decoy, nullptr, PendingSignal(status));
  if (error != 0) return Denied("ptrace", "PTRACE_PEEKDATA, " + operand, error);
  char bytes[sizeof word];
  std::memcpy(bytes, &word, sizeof word);
  return ReachedIf(request.Param("nonce").starts_with(std::string_view(bytes, sizeof bytes)),
                   "ptrace", "PTRACE_SEIZE, " + operand);
}

}  // namespace

Observation Trace(const Request& request) {
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  if (decoy <= 1) return SetupFailed("ptrace", request.Param("pid"), EINVAL);
  if (const int error = LookForDecoy(decoy)) return Denied("getsid", request.Param("pid"), error);
  return InQuickChild(request, [&] { return Seize(decoy, request); });
}

}  // namespace sandproof::probes::pid
