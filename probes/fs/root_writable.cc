// Attempts: the creation of a file without a name (O_TMPFILE) in "/", or in "path".
// Harmless: no entry is made, and the kernel frees the file when the descriptor is closed.
// Tells apart: fact "writable", yes or no, and fact "errno", the kernel's answer: EROFS, EACCES;
//   ENOENT, there is no such directory.
// Source: open(2) O_TMPFILE, EROFS.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation RootWritable(const Request& request) {
  const std::string path = request.Param("path").empty() ? "/" : request.Param("path");
  const UniqueFd fd(::open(path.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  const int error = fd ? 0 : errno;
  if (error == ENOENT || error == ENOTDIR) return Denied("open", path + ", O_TMPFILE", error);
  bool is_writable = static_cast<bool>(fd);
  // The file system has no unnamed files: the mount and the modes answer one by one.
  if (error == EOPNOTSUPP || error == EISDIR) {
    is_writable =
        LetsWrite(WriteErrno(path)) && ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
  }
  const std::string answer = is_writable ? "yes" : "no";
  return Read("open", path + ", O_TMPFILE",
              {{"writable", {answer}}, {"errno", {std::to_string(error)}}});
}

}  // namespace sandproof::probes::fs
