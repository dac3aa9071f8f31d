// Attempts: the creation of a file without a name (O_TMPFILE) in "/".
// Harmless: no entry is made, and the kernel frees the file when the descriptor is closed.
// Tells apart: fact "root_writable", yes or no, and fact "errno", the kernel's answer: EROFS,
//   EACCES.
// Source: open(2) O_TMPFILE, EROFS.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation RootWritable(const Request&) {
  const UniqueFd fd(::open("/", O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  const int error = fd ? 0 : errno;
  bool is_writable = static_cast<bool>(fd);
  // The file system has no unnamed files: the mount and the modes answer one by one.
  if (error == EOPNOTSUPP || error == EISDIR) {
    is_writable = LetsWrite(WriteErrno("/")) && ::faccessat(AT_FDCWD, "/", W_OK, AT_EACCESS) == 0;
  }
  const std::string answer = is_writable ? "yes" : "no";
  return Read("open", "/, O_TMPFILE",
              {{"root_writable", {answer}}, {"errno", {std::to_string(error)}}});
}

}  // namespace sandproof::probes::fs
