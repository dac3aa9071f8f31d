// Attempts: prctl(2) PR_GET_SECCOMP in a child.
// Harmless: reads; where a filter kills for the question, it kills the child.
// Tells apart: 0, no filter; 2, a filter. Strict mode (1) kills on every such call, and an agent
//   under it could not have come this far. EOPNOTSUPP, the kernel inside is not the host's, which
//   "kernel" names: what it says of filters says nothing of those that hold it (gVisor: mode 0).
// Source: seccomp(2), PR_GET_SECCOMP(2const).
#include <sys/prctl.h>
#include <sys/utsname.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::cap {

Observation SeccompMode(const Request& request) {
  utsname names = {};
  const std::string& host = request.Param("kernel");
  if (!host.empty() && ::uname(&names) == 0 && host != names.version) {
    return Denied("uname", names.version, EOPNOTSUPP);
  }
  return InQuickChild(request, []() -> Observation {
    const int mode = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    if (mode < 0) return Denied("prctl", "PR_GET_SECCOMP", errno);
    return Read("prctl", "PR_GET_SECCOMP", {{"Seccomp", {std::to_string(mode)}}});
  });
}

}  // namespace sandproof::probes::cap
