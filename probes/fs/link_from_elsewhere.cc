// Attempts: link(2) of a directory to a new name: of one on another mount, or where there is none
//   on the same.
// Harmless: a hard link across mounts is refused, and one to a directory too, always; but both
//   after the question whether the new name's mount lets anybody write.
// Tells apart: EROFS, the mount refuses; EXDEV, it would have let the name be made (the way that
//   mkdir, mknod, symlink and bind go as well); EPERM, the same on the same mount, or a filter: it
//   refuses a source that does not exist as well; EACCES or EPERM, a security module; ENOTDIR, the
//   path is no directory.
// Source: link(2) ERRORS; filename_create() and do_linkat() in fs/namei.c.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "probes/agent/directory.h"
#include "probes/agent/probe.h"
#include "probes/agent/targets.h"
#include "probes/wire/mount_id.h"

namespace sandproof::probes::fs {

namespace {

bool IsElsewhere(const std::string& directory, unsigned long long mount) {
  struct stat status = {};
  return ::stat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         MountIdOf(directory) != mount;
}

// One that lies on another mount than this; empty where none is found.
std::string DirectoryElsewhere(unsigned long long mount) {
  for (const char* one : {"/", "/proc", "/dev", "/sys", "/tmp", "/run"}) {
    if (IsElsewhere(one, mount)) return one;
  }
  for (const std::string& one : DirectoriesOfRoot()) {
    if (IsElsewhere(one, mount)) return one;
  }
  return {};
}

int LinkError(const std::string& source, const std::string& name) {
  return ::link(source.c_str(), name.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Observation LinkFromElsewhere(const Request& request) {
  const std::string& path = request.Param("path");
  const unsigned long long mount = MountIdOf(path);
  if (mount == 0) return Denied("statx", path, errno == 0 ? ENOSYS : errno);
  const std::string elsewhere = DirectoryElsewhere(mount);
  const std::string& source = elsewhere.empty() ? path : elsewhere;
  const std::string name = AbsentIn(path);
  const int error = LinkError(source, name);
  if (error == 0) return SetupFailed("link", name, EINVAL);
  const bool is_let_in = error == EXDEV || (elsewhere.empty() && error == EPERM &&
                                            LinkError(AbsentIn(path), name) == ENOENT);
  if (!is_let_in) return Denied("link", source + ", " + name, error);
  if (const int refusal = RefusedByModule(path); refusal != 0) {
    return Denied("rename", path + ": an entry to itself", refusal);
  }
  if (elsewhere.empty()) return Reached("link", name + ", refused as a link to a directory");
  return Denied("link", source + ", " + name, error);
}

}  // namespace sandproof::probes::fs
