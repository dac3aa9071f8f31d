// Attempts: nothing: reads the mount table.
// Harmless: reads only.
// Tells apart: fact "unexpected", the mount points that are neither "/" nor at or below one of
//   "declared" or "ignore".
// Source: proc_pid_mountinfo(5), listmount(2).
// Why: at or below, since a bind brings what is mounted below its source.
#include <algorithm>
#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

namespace {

bool IsWithin(const std::string& path, const std::string& directory) {
  if (directory.empty()) return false;
  return directory == "/" || path == directory || path.starts_with(directory + '/');
}

}  // namespace

Observation MountPoints(const Request& request) {
  constexpr std::size_t kMost = 32;
  const MountTable table = Mounts();
  if (!table.complete) {
    return SetupFailed("listmount", "mount table", table.error == 0 ? E2BIG : table.error);
  }
  std::vector<std::string> known = SplitList(request.Param("declared"));
  known.push_back(request.Param("ignore"));
  Facts facts = {{"unexpected", {}}};
  for (const Mount& mount : table.mounts) {
    const bool is_known =
        mount.point == "/" || std::ranges::any_of(known, [&](const std::string& directory) {
          return IsWithin(mount.point, directory);
        });
    std::vector<std::string>& unexpected = facts["unexpected"];
    if (!is_known && unexpected.size() < kMost) unexpected.push_back(mount.point.substr(0, 64));
  }
  return Read("listmount", "mount table", std::move(facts));
}

}  // namespace sandproof::probes::fs
