// Attempts: open(2) of a new file in the directory "path", write(2) of the nonce, fchmod(2).
// Harmless: the file's name is random and new (O_EXCL); whoever asks has journalled it and removes
//   it. The directory is one that is there to be written in.
// Tells apart: the call that failed first, with its errno; no file is left then.
// Source: open(2), fchmod(2).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation LeaveFile(const Request& request) {
  constexpr mode_t kMode = 0644;  // no mode is to hide it from anybody
  const std::string path = request.Param("path") + '/' + request.Param("name");
  const std::string& nonce = request.Param("nonce");
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const UniqueFd fd(::open(path.c_str(), flags, kMode));
  if (!fd) return Denied("open", path + ", O_CREAT", errno);
  const bool is_written =
      ::write(fd.get(), nonce.data(), nonce.size()) == static_cast<ssize_t>(nonce.size());
  if (is_written && ::fchmod(fd.get(), kMode) == 0) return Reached("write", path);
  const int error = errno;
  ::unlink(path.c_str());
  return Denied(is_written ? "fchmod" : "write", path, error);
}

}  // namespace sandproof::probes::fs
