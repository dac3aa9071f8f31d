// Attempts: open(2) for writing of a regular file at or below a path, in the way named by "how".
// Harmless: nothing is written and nothing is truncated; open changes neither content nor times.
//   On overlayfs a lower file is copied up, so only files up to 1 MiB are taken.
// Tells apart: EROFS, the mount refuses; EACCES, DAC or an LSM; ETXTBSY, the file is running,
//   which is checked before EROFS and proves nothing, so the next file is tried; EISDIR, there is
//   no regular file; ENOENT, there is no /proc to go through.
// Source: open(2) ERRORS, mount(2) MS_RDONLY.
#include <fcntl.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <string_view>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

struct Way {
  std::string_view how;
  int flags;
};

constexpr Way kWays[] = {
    {"write", O_WRONLY},          {"append", O_WRONLY | O_APPEND},
    {"create", O_RDWR | O_CREAT},  // of a file that exists: without O_TRUNC
    {"reopen", O_RDWR},            // of /proc/self/fd/N
    {"proc_root", O_WRONLY},       // below /proc/self/root
    {"magic_link", O_WRONLY},      // below other processes' roots
    {"dotdot", O_WRONLY},          // up and down again
};

// The root as other magic links name it: pid 1's may lead through other mounts than ours.
constexpr std::string_view kRoots[] = {"/proc/thread-self/root", "/proc/1/root"};

Observation Open(const std::string& path, int flags) {
  const UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600));
  return fd ? Reached("open", path) : Denied("open", path, errno);
}

Observation OpenBelowRoots(const std::string& file, int flags) {
  Observation first = Open(std::string(kRoots[0]) + file, flags);
  if (first.outcome == Outcome::kReached) return first;
  Observation second = Open(std::string(kRoots[1]) + file, flags);
  return second.outcome == Outcome::kReached ? second : first;
}

// "/a/b/file" as "/a/b/../b/file". Without links, whose ".." is that of their target.
std::string UpAndDown(const std::string& path) {
  std::array<char, PATH_MAX> resolved = {};
  const std::string file =
      ::realpath(path.c_str(), resolved.data()) == nullptr ? path : resolved.data();
  const std::size_t name = file.rfind('/');
  const std::string directory = file.substr(0, name);
  const std::size_t last = directory.rfind('/');
  const std::string again = last == std::string::npos ? "" : directory.substr(last);
  return directory + "/.." + again + file.substr(name);
}

Observation OpenAs(const Way& way, const std::string& file) {
  if (way.how == "magic_link") return OpenBelowRoots(file, way.flags);
  if (way.how == "dotdot") return Open(UpAndDown(file), way.flags);
  if (way.how == "proc_root") return Open("/proc/self/root" + file, way.flags);
  if (way.how != "reopen") return Open(file, way.flags);
  const UniqueFd reader(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!reader) return Denied("open", file, errno);  // what cannot be read is not reopened either
  return Open("/proc/self/fd/" + std::to_string(reader.get()), way.flags);
}

}  // namespace

Observation OpenForWriting(const Request& request) {
  const std::string& path = request.Param("path");
  for (const Way& way : kWays) {
    if (way.how != request.Param("how")) continue;
    return TryFilesAt(path, NoRegularFile(path),
                      [&](const std::string& file) { return OpenAs(way, file); });
  }
  return SetupFailed("how", request.Param("how"), EINVAL);
}

}  // namespace sandproof::probes::fs
