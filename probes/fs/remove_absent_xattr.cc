// Attempts: removexattr(2) of an attribute that does not exist, by path, or with "how" =
//   descriptor by fremovexattr(2) on a descriptor that was opened for reading.
// Harmless: there is no attribute of that name; measured: no time stamp changes.
// Tells apart: EROFS, the mount refuses; ENODATA, it does not; EOPNOTSUPP, it does not, but the
//   file system has no user attributes; EACCES or EPERM, DAC or an LSM; EISDIR, there is no
//   regular file.
// Source: removexattr(2), xattr(7).
#include <fcntl.h>
#include <sys/xattr.h>

#include <cerrno>
#include <string_view>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

Observation RemoveAbsentXattr(const Request& request) {
  constexpr char kAttribute[] = "user.sandproof-absent";
  const std::string& path = request.Param("path");
  const bool by_descriptor = request.Param("how") == "descriptor";
  for (const std::string& file : RegularFilesAt(path, 1)) {
    int outcome = 0;
    if (by_descriptor) {
      const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
      if (!fd) return Denied("open", file, errno);
      outcome = ::fremovexattr(fd.get(), kAttribute) == 0 ? 0 : errno;
    } else {
      outcome = ::removexattr(file.c_str(), kAttribute) == 0 ? 0 : errno;
    }
    const std::string_view call = by_descriptor ? "fremovexattr" : "removexattr";
    return outcome == 0 ? Reached(call, file) : Denied(call, file, outcome);
  }
  return NoRegularFile(path);
}

}  // namespace sandproof::probes::fs
