// Attempts: open(2) of /proc/self/fd/0, 1 and 2 for reading and writing, where they are files.
// Harmless: nothing is read, written or truncated; pipes, sockets, terminals and devices are left
//   alone.
// Tells apart: fact "stdio_files": each descriptor that is a file or directory of somebody's, and
//   whether it opens with more rights than it was given.
// Source: proc_pid_fd(5), open(2).
// Why: a log file as standard output can be read back and emptied though no path leads to it. The
//   harness gives pipes; what is a file here, the launcher put there.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

Observation Stdio(const Request& /*request*/) {
  Facts facts = {{"stdio_files", {}}};
  for (int fd = 0; fd <= 2; ++fd) {
    struct stat status = {};
    if (::fstat(fd, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
      continue;
    }
    const int access = ::fcntl(fd, F_GETFL) & O_ACCMODE;
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const UniqueFd again(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    const bool is_more = again && access != O_RDWR;
    facts["stdio_files"].push_back(std::to_string(fd) + ": a file" +
                                   (is_more ? ", and it opens for reading and writing" : ""));
  }
  return Read("fstat", "0, 1, 2", std::move(facts));
}

}  // namespace sandproof::probes::inherit
