// Attempts: faccessat(2) W_OK of the sockets of "paths", in which "*" stands for each entry of a
//   directory.
// Harmless: asks for permission; nobody is connected to, and no name is reported that was not
//   asked for.
// Tells apart: ENOENT or ENOTDIR, absent; EACCES, modes or an LSM: connect(2) wants the right to
//   write, and a read-only mount does not take it away; ENODATA, no socket stands under that name.
// Source: unix(7) "Pathname socket ownership and permissions", access(2).
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::ipc {

namespace {

// "/run/user/*/bus" for each user; a path without a star is itself.
std::vector<std::string> Expanded(const std::string& path) {
  constexpr std::size_t kMost = 32;
  const std::size_t star = path.find('*');
  if (star == std::string::npos) return {path};
  std::vector<std::string> paths;
  const std::string directory = path.substr(0, star);
  DIR* const stream = ::opendir(directory.c_str());
  if (stream == nullptr) return {};
  while (const dirent* entry = ::readdir(stream)) {
    if (entry->d_name[0] == '.' || paths.size() >= kMost) continue;
    paths.push_back(directory + entry->d_name + path.substr(star + 1));
  }
  ::closedir(stream);
  return paths;
}

Observation LookAt(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return Denied("stat", path, errno);
  if (!S_ISSOCK(status.st_mode)) return Denied("stat", path, ENODATA);
  return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0
             ? Reached("faccessat", path + ", W_OK")
             : Denied("faccessat", path + ", W_OK", errno);
}

}  // namespace

Observation SocketUsable(const Request& request) {
  Observation last = Denied("stat", request.Param("paths"), ENOENT);
  for (const std::string& pattern : PathsOf(request)) {
    for (const std::string& path : Expanded(pattern)) {
      Observation now = LookAt(path);
      if (now.outcome == Outcome::kReached) return now;
      // Of several refusals the one that is not plain absence tells more.
      if (last.error == ENOENT) last = std::move(now);
    }
  }
  return last;
}

}  // namespace sandproof::probes::ipc
