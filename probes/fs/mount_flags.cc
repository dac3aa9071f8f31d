// Attempts: nothing: reads the mount table.
// Harmless: reads only.
// Tells apart: facts "mounts_without_nosuid" and "mounts_without_nodev", the mount points that
//   lack the flag, without those in "ignore". Device nodes and devpts must let devices be opened,
//   and no set-id file can be in them, so they are left out.
// Source: proc_pid_mountinfo(5), listmount(2), mount(8) nosuid and nodev.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

namespace {

constexpr std::size_t kMost = 16;

bool IsDevice(const Mount& mount) {
  struct stat status = {};
  return mount.type == "devpts" || (::lstat(mount.point.c_str(), &status) == 0 &&
                                    (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)));
}

}  // namespace

Observation MountFlags(const Request& request) {
  const MountTable table = Mounts();
  if (!table.complete) {
    return SetupFailed("listmount", "mount table", table.error == 0 ? E2BIG : table.error);
  }
  const std::vector<std::string> ignored = SplitList(request.Param("ignore"));
  Facts facts = {{"mounts_without_nosuid", {}}, {"mounts_without_nodev", {}}};
  for (const Mount& mount : table.mounts) {
    const bool is_ignored = std::find(ignored.begin(), ignored.end(), mount.point) != ignored.end();
    if (is_ignored || IsDevice(mount)) continue;
    const auto add = [&](std::string_view name, bool has_flag) {
      std::vector<std::string>& points = facts.find(name)->second;
      if (!has_flag && points.size() < kMost) points.push_back(mount.point.substr(0, 64));
    };
    add("mounts_without_nosuid", mount.nosuid);
    add("mounts_without_nodev", mount.nodev);
  }
  return Read("listmount", "mount table", std::move(facts));
}

}  // namespace sandproof::probes::fs
