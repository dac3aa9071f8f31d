#include "probes/agent/read_only_paths.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <string_view>

#include "probes/wire/mount_id.h"

namespace sandproof::probes {

namespace {

// What no launcher can mount read-only without breaking it, or what is not made of files.
constexpr std::string_view kNoFiles[] = {"proc", "sysfs", "devpts", "mqueue", "cgroup", "cgroup2"};

std::string Real(const std::string& path) {
  std::array<char, PATH_MAX> resolved = {};
  return ::realpath(path.c_str(), resolved.data()) == nullptr ? "" : resolved.data();
}

// What follows `directory` in `path`: "/b" of "/a/b" in "/a", "" of "/a" itself.
std::string_view Rest(std::string_view path, std::string_view directory) {
  return directory == "/" ? (path == "/" ? "" : path) : path.substr(directory.size());
}

bool IsWithin(std::string_view path, std::string_view directory) {
  if (directory == "/" || path == directory) return true;
  return path.starts_with(directory) && path[directory.size()] == '/';
}

std::string Join(std::string_view directory, std::string_view rest) {
  std::string path(directory == "/" ? "" : directory);
  path += rest;
  return path.empty() ? "/" : path;
}

bool IsSameFile(const std::string& one, const std::string& other) {
  struct stat first = {};
  struct stat second = {};
  return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool IsDirectoryOrFile(const std::string& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0 &&
         (S_ISDIR(status.st_mode) || S_ISREG(status.st_mode));
}

// Nothing else is mounted over what `mount` has at `path`.
bool IsVisible(const Mount& mount, const std::string& path) { return MountIdOf(path) == mount.id; }

const Mount* MountWith(unsigned long long id, const MountTable& table) {
  const auto found = std::ranges::find(table.mounts, id, &Mount::id);
  return id == 0 || found == table.mounts.end() ? nullptr : &*found;
}

void Add(std::string finding, std::vector<std::string>& findings) {
  constexpr std::size_t kMost = 16;
  const bool is_known = std::ranges::find(findings, finding) != findings.end();
  if (findings.size() < kMost && !is_known) findings.push_back(std::move(finding));
}

// With the sticky bit only the owners of the directory and of the entry may rename it.
bool IsKeptBySticky(const struct stat& parent, const std::string& entry) {
  struct stat status = {};
  if ((parent.st_mode & S_ISVTX) == 0 || ::lstat(entry.c_str(), &status) != 0) return false;
  const uid_t us = ::geteuid();
  return us != 0 && us != parent.st_uid && us != status.st_uid;
}

bool LetsRename(const std::string& parent, const std::string& entry) {
  struct stat status = {};
  return ::stat(parent.c_str(), &status) == 0 && !IsKeptBySticky(status, entry) &&
         ::faccessat(AT_FDCWD, parent.c_str(), W_OK | X_OK, AT_EACCESS) == 0 &&
         LetsWrite(WriteErrno(parent));
}

}  // namespace

std::vector<ReadOnlyPath> ReadOnlyPaths(const std::vector<std::string>& paths,
                                        const MountTable& table) {
  std::vector<ReadOnlyPath> found;
  for (const std::string& path : paths) {
    const std::string real = path.empty() ? "" : Real(path);
    const Mount* const mount = real.empty() ? nullptr : MountWith(MountIdOf(real), table);
    if (real == "/" || mount == nullptr || !mount->read_only) continue;
    // /dev/null over a path hides it, and what is written there goes nowhere.
    if (!IsDirectoryOrFile(real)) continue;
    if (!IsWithin(real, mount->point)) continue;  // the mount was moved, or the root is another
    found.push_back(
        {.path = real, .mount = mount, .in_fs = Join(mount->root, Rest(real, mount->point))});
  }
  return found;
}

void AddAliases(const ReadOnlyPath& path, const MountTable& table,
                std::vector<std::string>& findings) {
  for (const Mount& other : table.mounts) {
    if (other.read_only || other.device != path.mount->device || other.id == path.mount->id) {
      continue;
    }
    if (IsWithin(path.in_fs, other.root)) {  // the other mount holds the whole of the path
      const std::string alias = Join(other.point, Rest(path.in_fs, other.root));
      if (IsVisible(other, alias) && IsSameFile(alias, path.path)) {
        Add(path.path + " = " + alias, findings);
      }
    } else if (IsWithin(other.root, path.in_fs)) {  // … or a part of it
      const std::string part = Join(path.path, Rest(other.root, path.in_fs));
      const bool is_elsewhere = !IsWithin(other.point, path.path);
      if (is_elsewhere && IsVisible(other, other.point) && IsSameFile(other.point, part)) {
        Add(part + " = " + other.point, findings);
      }
    }
  }
}

void AddSubmounts(const ReadOnlyPath& path, const MountTable& table,
                  const std::vector<std::string>& open, std::vector<std::string>& findings) {
  for (const Mount& mount : table.mounts) {
    if (mount.read_only || mount.point == path.path || !IsWithin(mount.point, path.path)) continue;
    const bool is_meant = std::ranges::any_of(open, [&](const std::string& directory) {
      return !directory.empty() && IsWithin(mount.point, directory);
    });
    const bool has_files = std::ranges::find(kNoFiles, mount.type) == std::end(kNoFiles);
    if (is_meant || !has_files || !IsDirectoryOrFile(mount.point)) continue;
    if (IsVisible(mount, mount.point)) Add(mount.point, findings);
  }
}

void AddRenamableParents(const ReadOnlyPath& path, std::vector<std::string>& findings) {
  for (std::string at = path.path; at.rfind('/') > 0;) {
    at.resize(at.rfind('/'));
    const std::size_t slash = at.rfind('/');
    const std::string parent = slash == 0 ? "/" : at.substr(0, slash);
    // A mount point cannot be renamed where it is mounted.
    if (!IsMountPoint(at) && LetsRename(parent, at)) Add(at + " above " + path.path, findings);
  }
}

}  // namespace sandproof::probes
