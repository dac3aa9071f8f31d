// Attempts: fchmodat2(2) with AT_SYMLINK_NOFOLLOW of a symbolic link at or below a path.
// Harmless: no file system of Linux changes the mode of a symbolic link; measured: its ctime stays.
// Tells apart: EROFS, the mount refuses, which is asked first; EOPNOTSUPP, it does not; ENODATA,
//   there is no symbolic link to try it on; ENOSYS, the kernel (before 6.6) or a filter.
// Source: chmod(2), chmod_common() in fs/open.c, notify_change() in fs/attr.c.
// Why: the change of a file's mode to the present one changes its ctime, and so is no question.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"
#include "probes/wire/mount_id.h"

namespace sandproof::probes::fs {

namespace {

constexpr long kSysFchmodat2 = 452;  // by number: libc learnt it late
constexpr int kMostEntries = 200;

struct Found {
  std::optional<std::string> link = std::nullopt;
  std::vector<std::string> directories = {};
};

Found LookIn(const std::string& directory) {
  Found found;
  DIR* const stream = ::opendir(directory.c_str());
  if (stream == nullptr) return found;
  for (int left = kMostEntries; left > 0 && !found.link; --left) {
    const dirent* const entry = ::readdir(stream);
    if (entry == nullptr) break;
    const std::string path = directory + "/" + entry->d_name;
    if (entry->d_type == DT_LNK) found.link = path;
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') found.directories.push_back(path);
  }
  ::closedir(stream);
  return found;
}

// On the same mount, at most one directory below.
std::optional<std::string> LinkAt(const std::string& path) {
  Found here = LookIn(path);
  if (here.link) return here.link;
  for (const std::string& directory : here.directories) {
    if (MountIdOf(directory) != MountIdOf(path)) continue;
    Found below = LookIn(directory);
    if (below.link) return below.link;
  }
  return std::nullopt;
}

}  // namespace

Observation ChmodLink(const Request& request) {
  constexpr mode_t kModeOfLinks = 0777;
  const std::string& path = request.Param("path");
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return NotFound(path, errno);
  const std::optional<std::string> link = S_ISDIR(status.st_mode) ? LinkAt(path) : std::nullopt;
  if (!link) return Denied("readdir", path + ": no symbolic link", ENODATA);
  const long outcome =
      ::syscall(kSysFchmodat2, AT_FDCWD, link->c_str(), kModeOfLinks, AT_SYMLINK_NOFOLLOW);
  return outcome == 0 ? Reached("fchmodat2", *link) : Denied("fchmodat2", *link, errno);
}

}  // namespace sandproof::probes::fs
