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

namespace {

constexpr char kAttribute[] = "user.sandproof-absent";

Observation ByPath(const std::string& file) {
  const int outcome = ::removexattr(file.c_str(), kAttribute);
  return outcome == 0 ? Reached("removexattr", file) : Denied("removexattr", file, errno);
}

Observation ByDescriptor(const std::string& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Denied("open", file, errno);
  const int outcome = ::fremovexattr(fd.get(), kAttribute);
  return outcome == 0 ? Reached("fremovexattr", file) : Denied("fremovexattr", file, errno);
}

}  // namespace

Observation RemoveAbsentXattr(const Request& request) {
  const std::string& path = request.Param("path");
  const bool by_descriptor = request.Param("how") == "descriptor";
  return TryFilesAt(path, NoRegularFile(path), by_descriptor ? ByDescriptor : ByPath);
}

}  // namespace sandproof::probes::fs
