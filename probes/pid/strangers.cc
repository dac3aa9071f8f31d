// Attempts: kill(2) with signal 0, which sends nothing, of the numbers around the decoy's.
// Harmless: signal 0 only looks.
// Tells apart: fact "strangers": how many processes of other sessions there are, in one value;
//   none, no value. EPERM tells that there is one, too.
// Source: kill(2), pid_namespaces(7).
// Why: the whole range has four million numbers; a machine's processes lie close together.
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation Strangers(const Request& request) {
  constexpr pid_t kReach = 100;
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  if (decoy <= 1) return SetupFailed("kill", request.Param("pid"), EINVAL);
  const pid_t ours = ::getsid(0);
  int count = 0;
  for (pid_t pid = std::max<pid_t>(2, decoy - kReach); pid <= decoy + kReach; ++pid) {
    if (::kill(pid, 0) != 0 && errno != EPERM) continue;
    const pid_t session = ::getsid(pid);
    if (session != ours && session != 0) ++count;  // 0: of a session that began outside, as ours
  }
  Facts facts = {{"strangers", {}}};
  if (count > 0) facts["strangers"].push_back(std::to_string(count) + " near the decoy's number");
  return Read("kill", request.Param("pid") + " and around, 0", std::move(facts));
}

}  // namespace sandproof::probes::pid
