// Attempts: stat(2) of the "paths" where the launcher mounts something, each beside the object of
//   "objects" at its position ("DEVICE.INODE" as outside, "-" for what is made fresh); statvfs(2)
//   of those that "access" calls read-only ("r").
// Harmless: reads metadata.
// Tells apart: fact "hidden", the paths that are absent, show another object, or let write though
//   they were mounted read-only. A path that may not be looked up tells nothing.
// Source: stat(2), statvfs(3).
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

namespace {

std::string WhyHidden(const std::string& path, const std::string& object, bool is_read_only) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? "absent" : "";
  }
  if (object == "-") return {};
  if (object != std::to_string(status.st_dev) + "." + std::to_string(status.st_ino)) {
    return "something else";
  }
  struct statvfs mount = {};
  const bool is_writable = ::statvfs(path.c_str(), &mount) == 0 && (mount.f_flag & ST_RDONLY) == 0;
  return is_read_only && is_writable ? "writable" : "";
}

}  // namespace

Observation ShownBinds(const Request& request) {
  const std::vector<std::string> paths = PathsOf(request);
  const auto list = [&](const char* name) { return SplitList(request.Param(name)); };
  const std::vector<std::string> objects = list("objects");
  const std::vector<std::string> access = list("access");
  Facts facts = {{"hidden", {}}};
  for (std::size_t i = 0; i < paths.size() && i < objects.size() && i < access.size(); ++i) {
    const std::string why = WhyHidden(paths[i], objects[i], access[i] == "r");
    if (!why.empty()) facts["hidden"].push_back(paths[i] + ": " + why);
  }
  return Read("stat", "the places of mounts", std::move(facts));
}

}  // namespace sandproof::probes::fs
