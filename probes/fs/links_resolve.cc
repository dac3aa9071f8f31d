// Attempts: stat(2) of "paths": symbolic links that lead somewhere outside.
// Harmless: looks, opens nothing.
// Tells apart: fact "dangling", the links that lead nowhere here, each with its target. One that
//   may not be followed tells nothing.
// Source: symlink(7), path_resolution(7).
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

std::string TargetOf(const std::string& link) {
  std::array<char, 256> target = {};
  const ssize_t size = ::readlink(link.c_str(), target.data(), target.size());
  return {target.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

}  // namespace

Observation LinksResolve(const Request& request) {
  Facts facts = {{"dangling", {}}};
  if (request.Param("paths").empty()) return Read("stat", "no link", std::move(facts));
  for (const std::string& link : PathsOf(request)) {
    struct stat status = {};
    if (::stat(link.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR)) continue;
    facts["dangling"].push_back(link + "->" + TargetOf(link));
  }
  return Read("stat", "links in bound directories", std::move(facts));
}

}  // namespace sandproof::probes::fs
