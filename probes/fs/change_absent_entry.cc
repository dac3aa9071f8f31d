// Attempts: unlink(2), rmdir(2) or rename(2), by "how", of a name that does not exist in a
//   directory.
// Harmless: the name is random and absent; there is nothing to change.
// Tells apart: EROFS, the mount refuses before it looks the name up; ENOENT, it does not refuse;
//   EACCES or EPERM from the rename of an entry to itself, a security module refuses changes,
//   which it is not asked about for an absent name; ENOTDIR, the path is no directory.
// Source: unlink(2), rmdir(2), rename(2) ERRORS; do_unlinkat() in fs/namei.c.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

Observation ChangeAbsentEntry(const Request& request) {
  const std::string& directory = request.Param("path");
  const std::string& how = request.Param("how");
  // A directory that is not there would give the very ENOENT of one that lets write.
  struct stat status = {};
  if (::stat(directory.c_str(), &status) != 0) return NotFound(directory, errno);
  const std::string name = AbsentIn(directory);
  int outcome = 0;
  if (how == "unlink") outcome = ::unlink(name.c_str());
  if (how == "rmdir") outcome = ::rmdir(name.c_str());
  if (how == "rename") outcome = ::rename(name.c_str(), AbsentIn(directory).c_str());
  if (outcome == 0) return SetupFailed(how, name, EINVAL);
  const int error = errno;
  if (error == ENOENT) {
    const int refusal = RefusedByModule(directory);
    if (refusal != 0) return Denied("rename", directory + ": an entry to itself", refusal);
  }
  return Denied(how, name, error);
}

}  // namespace sandproof::probes::fs
