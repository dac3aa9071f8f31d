// Attempts: lstat(2) of "path", or of each of "paths" until one exists. With "what" = socket only
//   a socket counts; with "what" = content only a file with bytes or a directory with entries.
// Harmless: looks at metadata, and counts entries without naming them.
// Tells apart: ENOENT or ENOTDIR, absent; EACCES, hidden by modes or an LSM; ENODATA, there, but
//   empty, or not a socket.
// Source: lstat(2) ERRORS, mount_namespaces(7).
#include <dirent.h>
#include <sys/stat.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

constexpr int kMostCounted = 1000;

// Entries of a directory; -1 with errno where they cannot be read.
int CountEntries(const std::string& path) {
  DIR* stream = ::opendir(path.c_str());
  if (stream == nullptr) return -1;
  int count = -2;  // "." and ".."
  while (count < kMostCounted && ::readdir(stream) != nullptr) ++count;
  ::closedir(stream);
  return count < 0 ? 0 : count;
}

Observation LookAt(const std::string& path, const std::string& what) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return Denied("lstat", path, errno);
  if (what == "socket") {
    return S_ISSOCK(status.st_mode) ? Reached("lstat", path) : Denied("lstat", path, ENODATA);
  }
  if (what == "content" && S_ISREG(status.st_mode)) {
    return status.st_size > 0 ? Reached("lstat", path) : Denied("lstat", path, ENODATA);
  }
  if (!S_ISDIR(status.st_mode)) return Reached("lstat", path);
  const int count = CountEntries(path);
  if (what == "content" && count < 0) return Denied("opendir", path, errno);
  if (what == "content" && count == 0) return Denied("readdir", path, ENODATA);
  return Read("lstat", path, {{"entries", {count < 0 ? "unreadable" : std::to_string(count)}}});
}

}  // namespace

Observation PathExists(const Request& request) {
  Observation last = SetupFailed("lstat", "no path", EINVAL);
  for (const std::string& path : PathsOf(request)) {
    Observation now = LookAt(path, request.Param("what"));
    if (now.outcome == Outcome::kReached) return now;
    // Of several refusals the one that is not plain absence tells more.
    if (last.error != EACCES && last.error != ENODATA) last = std::move(now);
  }
  return last;
}

}  // namespace sandproof::probes::fs
