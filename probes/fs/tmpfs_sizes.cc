// Attempts: nothing: reads the mount table, and statvfs(3) of each writable tmpfs in it.
// Harmless: reads only; nothing is filled.
// Tells apart: fact "unbounded", the tmpfs that this identity may write and that may grow to two
//   fifths of the machine's memory or more, or have no limit at all. Without those in "ignore".
// Source: tmpfs(5): without "size" it is half of the memory, as it was when it was mounted.
#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

namespace {

// Memory can be added after a mount, so that its half then is less than half.
unsigned long long Much() {
  struct sysinfo info = {};
  if (::sysinfo(&info) != 0) return 0;
  return static_cast<unsigned long long>(info.totalram) * info.mem_unit / 5 * 2;
}

bool IsUnbounded(const std::string& point, unsigned long long much) {
  struct statvfs status = {};
  if (::statvfs(point.c_str(), &status) != 0) return false;
  if (::faccessat(AT_FDCWD, point.c_str(), W_OK, AT_EACCESS) != 0) return false;
  return status.f_blocks == 0 || status.f_blocks * status.f_frsize >= much;
}

}  // namespace

Observation TmpfsSizes(const Request& request) {
  const MountTable table = Mounts();
  if (!table.complete) {
    return SetupFailed("listmount", "mount table", table.error == 0 ? E2BIG : table.error);
  }
  const unsigned long long much = Much();
  if (much == 0) return SetupFailed("sysinfo", "", errno);
  const std::vector<std::string> ignored = SplitList(request.Param("ignore"));
  std::vector<std::string> unbounded;
  for (const Mount& mount : table.mounts) {
    // The directory of the hierarchies of cgroup v1 comes with /sys, and not on every machine.
    if (mount.type != "tmpfs" || mount.read_only || mount.point == "/sys/fs/cgroup") continue;
    if (std::find(ignored.begin(), ignored.end(), mount.point) != ignored.end()) continue;
    if (IsUnbounded(mount.point, much)) unbounded.push_back(mount.point.substr(0, 64));
  }
  return Read("statvfs", "each tmpfs", {{"unbounded", std::move(unbounded)}});
}

}  // namespace sandproof::probes::fs
