// Attempts: open(2) of the device node "path", or of each of "paths" until one opens, for reading,
// or with "how" = rw for both. Harmless: no read, write or ioctl; O_NONBLOCK and O_NOCTTY. Only
// nodes whose open has no effect
//   are named in the records. A node of the misc family whose driver is not registered is not
//   opened, because that would load a module.
// Tells apart: ENOENT, no node; EACCES or EPERM, modes, nodev, the device cgroup or an LSM; ENODEV
//   or ENXIO, no driver; ENODATA, no device stands under that name.
// Source: open(2) ERRORS, cgroups(7) devices, Documentation/admin-guide/devices.txt.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdlib>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::dev {

namespace {

constexpr unsigned kMiscMajor = 10;

// False only if /proc/misc can be read and does not have the number: lines of "229 fuse".
bool HasDriver(dev_t device) {
  if (major(device) != kMiscMajor) return true;
  const std::string table = ReadFileAt("/proc/misc");
  if (table.empty()) return true;
  for (std::size_t begin = 0; begin < table.size();) {
    if (std::strtoul(table.c_str() + begin, nullptr, 10) == minor(device)) return true;
    const std::size_t end = table.find('\n', begin);
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return false;
}

Observation Open(const Request& request, const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return Denied("stat", path, errno);
  if (!S_ISCHR(status.st_mode)) return Denied("stat", path + ": no device", ENODATA);
  const dev_t wanted =
      ::makedev(static_cast<unsigned>(request.Number("major", major(status.st_rdev))),
                static_cast<unsigned>(request.Number("minor", minor(status.st_rdev))));
  // Names lie: masked paths are /dev/null under another name.
  if (status.st_rdev != wanted) return Denied("stat", path + ": another device", ENODATA);
  if (!HasDriver(status.st_rdev)) return Denied("open", path + ": no driver", ENODEV);
  const int access = request.Param("how") == "rw" ? O_RDWR : O_RDONLY;
  const UniqueFd fd(::open(path.c_str(), access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return fd ? Reached("open", path) : Denied("open", path, errno);
}

}  // namespace

Observation OpenDevice(const Request& request) {
  Observation last = SetupFailed("open", "no path", EINVAL);
  for (const std::string& path : PathsOf(request)) {
    Observation now = Open(request, path);
    if (now.outcome == Outcome::kReached) return now;
    // A refusal says more than an absence.
    if (last.outcome != Outcome::kDenied || last.error == ENOENT) last = std::move(now);
  }
  return last;
}

}  // namespace sandproof::probes::dev
