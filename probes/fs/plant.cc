// Attempts: to make a program that raises privilege outside, in each of "paths": fchmod(2) to
//   set-user-ID, and fsetxattr(2) of file capabilities, of a file without a name (O_TMPFILE).
// Harmless: the file never gets a name, holds nothing, and is gone when it is closed.
// Tells apart: facts "set_id" and "capabilities", the paths where that worked and where the file's
//   owner outside, "owner", is root. The paths are those whose mount outside heeds such files.
// Source: chmod(2), capabilities(7) "File capabilities", open(2) O_TMPFILE.
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

bool IsSetId(int fd) {
  struct stat status = {};
  return ::fchmod(fd, 04755) == 0 && ::fstat(fd, &status) == 0 && (status.st_mode & S_ISUID) != 0;
}

bool HasCapabilities(int fd) {
  vfs_cap_data data = {};
  data.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE;
  data.data[0].permitted = 1U << CAP_NET_BIND_SERVICE;
  return ::fsetxattr(fd, "security.capability", &data, sizeof data, 0) == 0;
}

}  // namespace

Observation Plant(const Request& request) {
  Facts facts = {{"set_id", {}}, {"capabilities", {}}};
  const bool is_owned_by_root = request.Param("owner") == "0";
  for (const std::string& path : PathsOf(request)) {
    const UniqueFd fd(::open(path.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
    if (!fd || !is_owned_by_root) continue;
    if (IsSetId(fd.get())) facts["set_id"].push_back(path);
    if (HasCapabilities(fd.get())) facts["capabilities"].push_back(path);
  }
  return Read("open", request.Param("paths") + ", O_TMPFILE", std::move(facts));
}

}  // namespace sandproof::probes::fs
