// Attempts: faccessat(2) W_OK of the sockets of "paths", in which "*" stands for each entry of a
//   directory, listed in "entries" where it may not be listed, and of those that the environment
//   variables of "variables" name.
// Harmless: asks for permission; nobody is connected to, and no name is reported that was not
//   asked for.
// Tells apart: ENOENT or ENOTDIR, absent; EACCES, modes or an LSM: connect(2) wants the right to
//   write, and a read-only mount does not take it away; ENODATA, no socket stands under that name.
// Source: unix(7) "Pathname socket ownership and permissions", access(2).
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::ipc {

namespace {

constexpr std::size_t kMost = 32;

// What the host has in a directory, by "entries": "/run/user/:0,1000;/tmp/.X11-unix/:X0". To pass
// through a directory is another right than to list it, and such names are easily guessed.
std::vector<std::string> KnownIn(const std::string& directory, std::string_view entries) {
  std::vector<std::string> names;
  const std::size_t at = entries.find(directory + ':');
  if (at == std::string_view::npos) return names;
  std::string_view list = entries.substr(at + directory.size() + 1);
  list = list.substr(0, list.find(';'));
  while (!list.empty() && names.size() < kMost) {
    names.emplace_back(list.substr(0, list.find(',')));
    list.remove_prefix(std::min(names.back().size() + 1, list.size()));
  }
  return names;
}

std::vector<std::string> NamesIn(const std::string& directory, std::string_view entries) {
  DIR* const stream = ::opendir(directory.c_str());
  if (stream == nullptr) return KnownIn(directory, entries);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    if (entry->d_name[0] != '.' && names.size() < kMost) names.emplace_back(entry->d_name);
  }
  ::closedir(stream);
  return names;
}

// "/run/user/*/bus" for each user; a path without a star is itself.
std::vector<std::string> Expanded(const std::string& path, std::string_view entries) {
  const std::size_t star = path.find('*');
  if (star == std::string::npos) return {path};
  const std::string directory = path.substr(0, star);
  std::vector<std::string> paths;
  for (const std::string& name : NamesIn(directory, entries)) {
    paths.push_back(directory + name + path.substr(star + 1));
  }
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

// The path in "/run/x", "unix:///run/x" and "unix:path=/run/x,guid=1"; empty where there is none.
std::string PathIn(std::string_view value) {
  for (const std::string_view prefix : {"unix://", "unix:path="}) {
    if (value.starts_with(prefix)) value.remove_prefix(prefix.size());
  }
  return value.starts_with('/') ? std::string(value.substr(0, value.find_first_of(",:;"))) : "";
}

// Every path to look at.
std::vector<std::string> Candidates(const Request& request) {
  std::vector<std::string> paths;
  for (const std::string& pattern : PathsOf(request)) {
    for (std::string& path : Expanded(pattern, request.Param("entries")))
      paths.push_back(std::move(path));
  }
  std::string_view names = request.Param("variables");
  while (!names.empty()) {
    const std::string name(names.substr(0, names.find(',')));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    const char* const value = std::getenv(name.c_str());
    if (value != nullptr && !PathIn(value).empty()) paths.push_back(PathIn(value));
  }
  return paths;
}

}  // namespace

Observation SocketUsable(const Request& request) {
  Observation last = Denied("stat", request.Param("paths"), ENOENT);
  for (const std::string& path : Candidates(request)) {
    Observation now = LookAt(path);
    if (now.outcome == Outcome::kReached) return now;
    // Of several refusals the one that is not plain absence tells more.
    if (last.error == ENOENT) last = std::move(now);
  }
  return last;
}

}  // namespace sandproof::probes::ipc
