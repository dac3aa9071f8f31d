// Attempts: pread(2) of a descriptor by its number: a file of this run that the launcher was given
//   without close-on-exec.
// Harmless: reads one file of this run; the offset is not moved.
// Tells apart: EBADF, the number was free when the payload started.
// Source: execve(2), fcntl(2) FD_CLOEXEC.
#include <unistd.h>

#include <cerrno>

#include "probes/agent/inherited_fd.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

Observation PlantedFd(const Request& request) {
  const std::string& operand = request.Param("fd");
  const std::string& nonce = request.Param("nonce");
  const auto fd = static_cast<int>(request.Number("fd"));
  char bytes[64];
  if (fd < 0 || nonce.empty() || nonce.size() > sizeof bytes) {
    return SetupFailed("pread", operand, EINVAL);
  }
  if (!WasInherited(fd)) return Denied("fcntl", operand + ", F_GETFD", EBADF);
  const ssize_t got = ::pread(fd, bytes, nonce.size(), 0);
  if (got < 0) return Denied("pread", operand, errno);
  return ReachedIf(nonce == std::string_view(bytes, static_cast<std::size_t>(got)), "pread",
                   operand);
}

}  // namespace sandproof::probes::inherit
