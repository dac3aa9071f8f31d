// Attempts: link(2) of a directory on another mount to a new name.
// Harmless: a hard link across mounts is refused, and one to a directory too, always; but both
//   after the question whether the new name's mount lets anybody write.
// Tells apart: EROFS, the mount refuses; EXDEV, it would have let the name be made (the way that
//   mkdir, mknod, symlink and bind go as well); EACCES or EPERM, a security module; ENOTDIR, the
//   path is no directory.
// Source: link(2) ERRORS; filename_create() and do_linkat() in fs/namei.c.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

bool IsElsewhere(const std::string& directory, unsigned long long mount) {
  struct stat status = {};
  return ::stat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         MountIdOf(directory) != mount;
}

}  // namespace

Observation LinkFromElsewhere(const Request& request) {
  const std::string& path = request.Param("path");
  const unsigned long long mount = MountIdOf(path);
  if (mount == 0) return Denied("statx", path, errno == 0 ? ENOSYS : errno);
  for (const char* source : {"/", "/proc", "/dev", "/sys", "/tmp", "/run"}) {
    if (!IsElsewhere(source, mount)) continue;
    const std::string name = AbsentIn(path);
    if (::link(source, name.c_str()) == 0) return SetupFailed("link", name, EINVAL);
    const int error = errno;
    const int refusal = error == EXDEV ? RefusedByModule(path) : 0;
    if (refusal != 0) return Denied("rename", path + ": an entry to itself", refusal);
    return Denied("link", std::string(source) + ", " + name, error);
  }
  return SetupFailed("link", path + ": no directory on another mount", EXDEV);
}

}  // namespace sandproof::probes::fs
