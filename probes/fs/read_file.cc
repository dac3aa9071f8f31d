// Attempts: open(2) and read(2) of one canary file, whose content is the nonce.
// Harmless: reads only, and only a file of this run.
// Tells apart: ENOENT, hidden by the mount namespace; EACCES, refused by DAC or an LSM.
// Source: open(2) ERRORS, mount_namespaces(7).
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation ReadFile(const Request& request) {
  const std::string& path = request.Param("path");
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return Denied("open", path, errno);
  return ReachedIf(ReadAll(fd.get(), 256) == request.Param("nonce"), "read", path);
}

}  // namespace sandproof::probes::fs
