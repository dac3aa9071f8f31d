// Attempts: open(2) with O_TMPFILE in a directory: the creation of a file that has no name.
// Harmless: no entry is made, and the kernel frees the file when the descriptor is closed.
// Tells apart: EROFS, the mount refuses; EACCES, DAC or an LSM; EOPNOTSUPP or EISDIR, the file
//   system has no such files; ENOTDIR, the path is no directory.
// Source: open(2) O_TMPFILE.
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation MakeUnnamedFile(const Request& request) {
  const std::string& path = request.Param("path");
  // O_EXCL: it can never be given a name later.
  const UniqueFd fd(::open(path.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return Denied("open", path + ", O_TMPFILE", errno);
  return Reached("open", path + ", O_TMPFILE");
}

}  // namespace sandproof::probes::fs
