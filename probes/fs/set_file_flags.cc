// Attempts: ioctl(2) FS_IOC_FSSETXATTR, by which immutable, append-only and the like are set, of a
//   regular file with a flag that only a directory can have.
// Harmless: EXTSZINHERIT on a file is refused whatever else it says; measured on ext4 and tmpfs:
//   the ctime stays.
// Tells apart: EROFS, the mount refuses, which is asked first; EINVAL, it does not; EPERM, the file
//   is somebody else's, or an LSM; ENOTTY or EOPNOTSUPP, the file system has no flags; EISDIR,
//   there is no regular file.
// Source: ioctl_fs(2) FS_IOC_FSSETXATTR, fileattr_set_prepare() in fs/file_attr.c.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

Observation SetFlagsOf(const std::string& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Denied("open", file, errno);
  fsxattr flags = {};
  flags.fsx_xflags = FS_XFLAG_EXTSZINHERIT;
  const int outcome = ::ioctl(fd.get(), FS_IOC_FSSETXATTR, &flags);
  const std::string operand = file + ", FS_IOC_FSSETXATTR";
  return outcome == 0 ? Reached("ioctl", operand) : Denied("ioctl", operand, errno);
}

}  // namespace

// Flags are their owner's to change, so that the others are tried for one of ours.
Observation SetFileFlags(const Request& request) {
  const std::string& path = request.Param("path");
  return TryFilesAt(path, NoRegularFile(path),
                    [](const std::string& file) { return SetFlagsOf(file); });
}

}  // namespace sandproof::probes::fs
