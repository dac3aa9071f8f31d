// Attempts: rename(2) of a file to its own name.
// Harmless: old and new are the same file, for which rename succeeds and does nothing; measured:
//   no time stamp changes.
// Tells apart: EROFS, the mount refuses; EACCES or EPERM, a security module does (modes are not
//   asked); EISDIR, there is no file; ENOTDIR, the path is a file itself.
// Source: rename(2): "If oldpath and newpath are existing hard links referring to the same file".
#include <cerrno>
#include <cstdio>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

Observation RenameSame(const Request& request) {
  const std::string& path = request.Param("path");
  for (const std::string& file : RegularFilesAt(path, 1)) {
    // The entry of a path that is itself a file lies in its parent, maybe on another mount.
    if (file == path) return Denied("readdir", path, ENOTDIR);
    if (::rename(file.c_str(), file.c_str()) != 0) return Denied("rename", file, errno);
    return Reached("rename", file);
  }
  return NoRegularFile(path);
}

}  // namespace sandproof::probes::fs
