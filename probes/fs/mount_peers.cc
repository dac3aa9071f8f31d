// Attempts: nothing: reads the mount table.
// Harmless: reads only.
// Tells apart: fact "sends", each mount with its peer group as in "shared:7 /data": what is mounted
//   below it appears in every other mount of the group; and fact "receives", the groups whose
//   mounts appear here. The kernel numbers peer groups for the whole machine, so the same number
//   outside is the same group. Without those in "ignore".
// Source: mount_namespaces(7) "Shared subtrees", proc_pid_mountinfo(5).
#include <algorithm>
#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

Observation MountPeers(const Request& request) {
  constexpr std::size_t kMost = 64;
  const MountTable table = Mounts();
  if (!table.complete) {
    return SetupFailed("listmount", "mount table", table.error == 0 ? E2BIG : table.error);
  }
  const std::vector<std::string> ignored = SplitList(request.Param("ignore"));
  std::vector<std::string> sends;
  std::vector<std::string> receives;
  for (const Mount& mount : table.mounts) {
    if (std::find(ignored.begin(), ignored.end(), mount.point) != ignored.end()) continue;
    const auto add = [&](unsigned long long group, std::vector<std::string>& groups) {
      if (group == 0 || groups.size() >= kMost) return;
      groups.push_back("shared:" + std::to_string(group) + " " + mount.point.substr(0, 64));
    };
    add(mount.peers, sends);
    add(mount.peers, receives);
    add(mount.master, receives);
  }
  return Read("listmount", "mount table",
              {{"sends", std::move(sends)}, {"receives", std::move(receives)}});
}

}  // namespace sandproof::probes::fs
