// Attempts: faccessat(2) X_OK of the payload's program.
// Harmless: looks; executes nothing.
// Tells apart: ENOENT, not bound; EACCES, modes or noexec.
// Source: execve(2), access(2).
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/program.h"

namespace sandproof::probes::inherit {

Observation ExecutableExists(const Request& request) {
  const std::string path = FoundOnPath(request.Param("path"));
  if (path.empty()) return SetupFailed("faccessat", "no path", EINVAL);
  if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) != 0) {
    return Denied("faccessat", path + ", X_OK", errno);
  }
  return Reached("faccessat", request.Param("path") + ", X_OK");
}

}  // namespace sandproof::probes::inherit
