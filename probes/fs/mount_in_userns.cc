// Attempts: unshare(2) of a user and a mount namespace, then mount(2) of a tmpfs in them.
// Harmless: both namespaces belong to a child and end with it.
// Tells apart: EPERM, user namespaces or the mount are refused; ENOSPC, their number is limited to
//   none; EINVAL or ENOSYS, a filter or the kernel.
// Source: user_namespaces(7), unshare(2) ERRORS.
#include <sched.h>

#include <cerrno>

#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation MountInUserns(const Request& request) {
  return InChild(request, []() -> Observation {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
      return Denied("unshare", "CLONE_NEWUSER|CLONE_NEWNS", errno);
    }
    // No mount leaves: those of a more privileged namespace are slaves here. No directory is made
    // in it, because without an id mapping that would fail with EOVERFLOW.
    const std::optional<std::string> cover = CoverAnyWithTmpfs();
    return cover ? Reached("mount", *cover + ", tmpfs") : Denied("mount", "tmpfs", errno);
  });
}

}  // namespace sandproof::probes::fs
