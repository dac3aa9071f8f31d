// Attempts: readdir(3) of "/".
// Harmless: names of the root directory only.
// Tells apart: EACCES, the root is not readable; else the fact "entries".
// Source: readdir(3).
#include <dirent.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation ListRoot(const Request&) {
  constexpr std::size_t kMost = 64;
  DIR* stream = ::opendir("/");
  if (stream == nullptr) return Denied("opendir", "/", errno);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != ".." && names.size() < kMost) names.push_back(name);
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return Read("readdir", "/", {{"entries", std::move(names)}});
}

}  // namespace sandproof::probes::fs
