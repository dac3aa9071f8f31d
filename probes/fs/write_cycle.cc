// Attempts: in a directory: create a file, write, rename, read it back, unlink it, and fsync what
//   is still open. A path that is a file is only opened for appending.
// Harmless: the file's name is random and new (O_EXCL), and it is removed however the rest went.
//   fsync, which takes milliseconds, comes last: whoever is killed meanwhile leaves no file.
// Tells apart: the call that failed first, with its errno.
// Source: open(2), fsync(2), rename(2), unlink(2).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

// The file stays open in `fd`.
Observation Cycle(const std::string& name, const std::string& renamed, UniqueFd& fd) {
  constexpr std::string_view kText = "sandproof";
  fd.reset(::open(name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return Denied("open", name + ", O_CREAT", errno);
  if (::write(fd.get(), kText.data(), kText.size()) != static_cast<ssize_t>(kText.size())) {
    return Denied("write", name, errno);
  }
  if (::rename(name.c_str(), renamed.c_str()) != 0) return Denied("rename", name, errno);
  return ReachedIf(ReadFileAt(renamed, 64) == kText, "read", renamed);
}

}  // namespace

Observation WriteCycle(const Request& request) {
  const std::string& path = request.Param("path");
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return Denied("stat", path, errno);
  if (!S_ISDIR(status.st_mode)) {
    const UniqueFd fd(
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    return fd ? Reached("open", path) : Denied("open", path, errno);
  }
  const std::string name = AbsentIn(path);
  const std::string renamed = name + "-renamed";
  UniqueFd fd;
  Observation cycle = Cycle(name, renamed, fd);
  const bool named = ::unlink(name.c_str()) == 0;
  const bool removed = ::unlink(renamed.c_str()) == 0 || named;
  if (cycle.outcome != Outcome::kReached) return cycle;
  if (!removed) return Denied("unlink", renamed, errno);
  return ::fsync(fd.get()) == 0 ? cycle : Denied("fsync", renamed, errno);
}

}  // namespace sandproof::probes::fs
