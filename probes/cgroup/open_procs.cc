// Attempts: open(2) for writing of cgroup.procs, or of "file", in every visible cgroup file system,
//   at its root and in the payload's own cgroup.
// Harmless: nothing is written, so no process moves.
// Tells apart: ENOENT, no cgroup file system is visible; EROFS, a read-only mount; EACCES or
//   EPERM, modes or an LSM.
// Source: cgroups(7), Documentation/admin-guide/cgroup-v2.rst "Delegation".
#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::cgroup {

namespace {

// The paths in lines of "4:memory:/path" and "0::/path"; "/" first.
std::vector<std::string> OwnPaths() {
  std::vector<std::string> paths = {""};
  const std::string text = ReadFileAt("/proc/self/cgroup");
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::size_t slash = text.find(":/", begin);
    if (slash < end && slash + 2 < end) paths.push_back(text.substr(slash + 1, end - slash - 1));
    begin = end + 1;
  }
  return paths;
}

std::vector<std::string> CgroupMounts() {
  const MountTable table = Mounts();
  std::vector<std::string> points;
  if (!table.complete) points = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
  for (const Mount& mount : table.mounts) {
    if (mount.type == "cgroup" || mount.type == "cgroup2") points.push_back(mount.point);
  }
  return points;
}

}  // namespace

Observation OpenProcs(const Request& request) {
  const std::string& wanted = request.Param("file");
  const std::vector<std::string> own = OwnPaths();
  Observation last = Denied("open", "no cgroup file system", ENOENT);
  for (const std::string& point : CgroupMounts()) {
    for (const std::string& path : own) {
      const std::string file = point + path + (wanted.empty() ? "/cgroup.procs" : "/" + wanted);
      const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
      if (fd) return Reached("open", file);
      if (errno != ENOENT || last.error == ENOENT) last = Denied("open", file, errno);
    }
  }
  return last;
}

}  // namespace sandproof::probes::cgroup
