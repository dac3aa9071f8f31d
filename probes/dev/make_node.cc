// Attempts: mknod(2) of the null device on a tmpfs of its own, and open(2) of it.
// Harmless: in a mount namespace of its own, which ends with the tmpfs; the device is null.
// Tells apart: EPERM from mount or mknod, no CAP_SYS_ADMIN or CAP_MKNOD; EACCES from open, a mount
//   of a user namespace is nodev; EPERM from open, the device cgroup.
// Source: mknod(2) ERRORS, cgroups(7) devices, user_namespaces(7).
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>

#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::dev {

Observation MakeNode(const Request& request) {
  return InSharedMounts(request, []() -> Observation {
    const std::optional<std::string> place = FreshDirectory();
    if (!place) return Denied("mount", "tmpfs", errno);
    const std::string node = *place + "/null";
    if (::mknod(node.c_str(), S_IFCHR | 0600, ::makedev(1, 3)) != 0) {
      return Denied("mknod", "c 1:3", errno);
    }
    const UniqueFd fd(::open(node.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) return Denied("open", "c 1:3", errno);
    struct stat status = {};
    return ReachedIf(::fstat(fd.get(), &status) == 0 && S_ISCHR(status.st_mode), "open", "c 1:3");
  });
}

}  // namespace sandproof::probes::dev
