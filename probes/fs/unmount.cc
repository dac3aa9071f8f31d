// Attempts: umount2(2) with MNT_DETACH of a mount that covers something.
// Harmless: in a mount namespace of its own. A path that is no mount point is first covered with a
//   tmpfs there, with cover=always (the control's) any path; for one that does not exist the
//   nearest directory above it serves.
// Tells apart: EPERM, no CAP_SYS_ADMIN over the mounts; EINVAL, the mount is locked, because it
//   came from a more privileged namespace; reached: the path now is on another mount.
// Source: umount(2) ERRORS, mount_namespaces(7) "Restrictions on mount namespaces".
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"
#include "probes/wire/mount_id.h"

namespace sandproof::probes::fs {

namespace {

std::string NearestDirectory(std::string path) {
  struct stat status = {};
  while (path.size() > 1 && (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))) {
    path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
  return path;
}

}  // namespace

Observation Unmount(const Request& request) {
  return InOwnMounts(request, [&]() -> Observation {
    const std::string path = NearestDirectory(request.Param("path"));
    if (path.size() <= 1) return Denied("stat", request.Param("path"), ENOENT);
    const bool is_covered = IsMountPoint(path) && request.Param("cover") != "always";
    if (!is_covered && ::mount("sandproof", path.c_str(), "tmpfs", 0, "size=64k") != 0) {
      return Denied("mount", path + ", tmpfs", errno);
    }
    const unsigned long long before = MountIdOf(path);
    if (::umount2(path.c_str(), MNT_DETACH) != 0) {
      return Denied("umount2", path + ", MNT_DETACH", errno);
    }
    return ReachedIf(MountIdOf(path) != before, "umount2", path);
  });
}

}  // namespace sandproof::probes::fs
