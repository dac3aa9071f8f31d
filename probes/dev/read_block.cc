// Attempts: faccessat(2) R_OK of the block devices in /dev.
// Harmless: asks for permission only; no device is opened, which would make the kernel look for
//   media and partitions.
// Tells apart: ENOENT, there is none; EACCES, modes, the device cgroup or an LSM, or the mount is
//   nodev, which access(2) does not look at.
// Source: access(2), mount(8) nodev, cgroups(7) devices.
#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::dev {

namespace {

// errno of the open that is not made.
int ReadErrno(int directory, const char* name) {
  struct statvfs status = {};
  if (::faccessat(directory, name, R_OK, AT_EACCESS) != 0) return errno;
  const std::string path = std::string("/dev/") + name;
  if (::statvfs(path.c_str(), &status) != 0) return errno;
  return (status.f_flag & ST_NODEV) != 0 ? EACCES : 0;
}

}  // namespace

Observation ReadBlock(const Request& /*request*/) {
  DIR* const stream = ::opendir("/dev");
  if (stream == nullptr) return Denied("opendir", "/dev", errno);
  Observation last = Denied("readdir", "/dev: no block device", ENOENT);
  while (const dirent* entry = ::readdir(stream)) {
    if (entry->d_type != DT_BLK) continue;
    const std::string operand = std::string("/dev/") + entry->d_name + ", R_OK";
    const int error = ReadErrno(::dirfd(stream), entry->d_name);
    last = error == 0 ? Reached("faccessat", operand) : Denied("faccessat", operand, error);
    if (error == 0) break;
  }
  ::closedir(stream);
  return last;
}

}  // namespace sandproof::probes::dev
