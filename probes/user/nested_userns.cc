// Attempts: unshare(2) CLONE_NEWUSER in a child, and there CLONE_NEWUTS, which needs the
//   capabilities that a new user namespace gives.
// Harmless: the namespaces end with the child; nothing is set in them.
// Tells apart: EPERM, refused or without gain (AppArmor lets it succeed without capabilities);
//   ENOSPC, a limit of 0 (bwrap's --disable-userns); EINVAL and ENOSYS, a kernel without them.
// Source: user_namespaces(7), unshare(2), CVE-2022-0185 (what an unprivileged one lays open).
#include <sched.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::user {

Observation NestedUserns(const Request& request) {
  return InChild(request, []() -> Observation {
    if (::unshare(CLONE_NEWUSER) != 0) return Denied("unshare", "CLONE_NEWUSER", errno);
    if (::unshare(CLONE_NEWUTS) != 0) {
      return Denied("unshare", "CLONE_NEWUTS after CLONE_NEWUSER", errno);
    }
    return Reached("unshare", "CLONE_NEWUSER, then CLONE_NEWUTS");
  });
}

}  // namespace sandproof::probes::user
