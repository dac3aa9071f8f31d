// Attempts: getsid(2) and getpgid(2) of the decoy, which leads a session and a process group.
// Harmless: both only read.
// Tells apart: ESRCH, no such number in this PID namespace, or a namesake; anything else, a filter.
// Source: pid_namespaces(7), getsid(2), getpgid(2).
#include <unistd.h>

#include <cerrno>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation Visible(const Request& request) {
  const std::string& operand = request.Param("pid");
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  if (decoy <= 1) return SetupFailed("getsid", operand, EINVAL);
  const int error = LookForDecoy(decoy);
  if (error == 0) return Reached("getsid", operand);
  // A namesake has failed the first test, so that only a filter of getsid leads to the second.
  if (error != ESRCH && ::getpgid(decoy) == decoy) return Reached("getpgid", operand);
  return Denied("getsid", operand, error);
}

}  // namespace sandproof::probes::pid
