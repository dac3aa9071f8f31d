// Attempts: open(2) for reading of "path", or of each of "paths" until one opens.
// Harmless: nothing is read; the descriptor is closed at once; only regular files that are not
//   empty count and anything else is not opened.
// Tells apart: ENOENT, hidden by the mount namespace; EACCES, DAC or an LSM; ENODATA, an empty
//   file or no regular file stands in its place; ESTALE, it is not the file that the host has
//   there (only if "host" gives its device and inode, as "8:1:42").
// Source: open(2) ERRORS, mount_namespaces(7).
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

// One of the identities in the blank-separated list; an empty list asks for nothing.
bool IsHostFile(const struct stat& status, const std::string& host) {
  if (host.empty()) return true;
  const std::string identity = DeviceName(status.st_dev) + ":" + std::to_string(status.st_ino);
  return (" " + host + " ").find(" " + identity + " ") != std::string::npos;
}

Observation Open(const std::string& path, const std::string& host) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return Denied("stat", path, errno);
  if (!S_ISREG(status.st_mode) || status.st_size == 0) return Denied("stat", path, ENODATA);
  if (!IsHostFile(status, host)) return Denied("stat", path, ESTALE);
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return fd ? Reached("open", path) : Denied("open", path, errno);
}

}  // namespace

Observation OpenPath(const Request& request) {
  Observation last = SetupFailed("open", "no path", EINVAL);
  for (const std::string& path : PathsOf(request)) {
    Observation now = Open(path, request.Param("host"));
    if (now.outcome == Outcome::kReached) return now;
    if (last.outcome != Outcome::kDenied || last.error == ENOENT) last = std::move(now);
  }
  return last;
}

}  // namespace sandproof::probes::fs
