// Attempts: openat(2) below a directory descriptor that the launcher was given without
//   close-on-exec, and a read of the canary file there.
// Harmless: reads one file of this run.
// Tells apart: EBADF, the number was free when the payload started; EACCES and ENOENT, modes or an
//   LSM.
// Source: openat(2), CVE-2024-21626 and CVE-2016-9962 (out of the sandbox by such a descriptor).
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/inherited_fd.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

Observation DirEscape(const Request& request) {
  const std::string& path = request.Param("path");
  const std::string operand = request.Param("fd") + ", " + path;
  const auto directory = static_cast<int>(request.Number("fd"));
  if (directory < 0 || path.empty()) return SetupFailed("openat", operand, EINVAL);
  if (!WasInherited(directory)) return Denied("fcntl", request.Param("fd") + ", F_GETFD", EBADF);
  const UniqueFd fd(::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Denied("openat", operand, errno);
  const std::string& nonce = request.Param("nonce");
  return ReachedIf(!nonce.empty() && ReadAll(fd.get(), 256) == nonce, "openat", operand);
}

}  // namespace sandproof::probes::inherit
