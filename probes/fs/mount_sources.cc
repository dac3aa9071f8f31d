// Attempts: nothing: reads the mount table.
// Harmless: reads only.
// Tells apart: fact "host_paths", which directories of the host's file systems are mounted here, as
//   the payload itself can read them; none where it can read no mount table.
// Source: proc_pid_mountinfo(5) field 4, statmount(2) STATMOUNT_MNT_ROOT.
#include <algorithm>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

Observation MountSources(const Request& request) {
  constexpr std::size_t kMost = 32;
  const MountTable table = Mounts();
  Facts facts = {{"host_paths", {}}};
  std::vector<std::string>& paths = facts["host_paths"];
  const std::vector<std::string> added = SplitList(request.Param("ignore"));
  for (const Mount& mount : table.mounts) {
    // Those of a cgroup or a namespace are no files of the host's.
    const bool is_kernels = mount.type.starts_with("cgroup") || mount.type == "nsfs";
    const bool is_ours = std::ranges::find(added, mount.point) != added.end();
    const bool is_told = table.was_told || is_kernels || is_ours || mount.root == "/";
    if (!is_told && paths.size() < kMost) paths.push_back(mount.root.substr(0, 128));
  }
  return Read("listmount", "mount table", std::move(facts));
}

}  // namespace sandproof::probes::fs
