#include "probes/agent/targets.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "probes/agent/directory.h"
#include "probes/agent/identity.h"
#include "probes/wire/list.h"
#include "probes/wire/mount_id.h"

namespace sandproof::probes {

namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{1024} * 1024;
constexpr std::size_t kMostFiles = 200;
constexpr std::size_t kMostDirectories = 40;
constexpr std::size_t kMostOfOne = 100;  // entries
constexpr int kDeepest = 2;
constexpr std::size_t kMostTries = 8;
constexpr auto kAll = std::numeric_limits<std::size_t>::max();

// Who looks at the modes.
struct Looker {
  uid_t uid = ::geteuid();
  gid_t gid = ::getegid();
  std::vector<gid_t> groups = OwnGroups();
};

struct Search {
  Looker looker = {};
  unsigned long long mount = 0;
  std::size_t enough = 1;  // files that the modes let us write; no more are looked for
  std::size_t files_left = kMostFiles;
  std::size_t directories_left = kMostDirectories;
  std::vector<NamedFile> writable = {};  // by their modes
  std::vector<NamedFile> other = {};

  [[nodiscard]] bool IsOver() const {
    return files_left == 0 || directories_left == 0 || writable.size() >= enough;
  }
};

// In a user namespace all owners that it does not map have this number, which may be ours as well.
// proc(5) /proc/sys/kernel/overflowuid
constexpr std::uint32_t kUnmapped = 65534;

// Whether the modes let us write: a hint for the order and no verdict, so capabilities and ACLs do
// not count, unless who owns it cannot be told.
bool IsWritable(const std::string& path, const struct statx& status, const Looker& looker) {
  const bool is_owner_unclear = status.stx_uid == kUnmapped && looker.uid == kUnmapped;
  const bool is_group_unclear = status.stx_gid == kUnmapped && looker.gid == kUnmapped;
  if (is_owner_unclear || is_group_unclear) {
    // EROFS comes after the modes: do_faccessat() in fs/open.c.
    return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0 || errno == EROFS;
  }
  if (status.stx_uid == looker.uid) return (status.stx_mode & S_IWUSR) != 0;
  const bool is_of_group = status.stx_gid == looker.gid ||
                           std::ranges::find(looker.groups, status.stx_gid) != looker.groups.end();
  return (status.stx_mode & (is_of_group ? S_IWGRP : S_IWOTH)) != 0;
}

// Takes a regular file; gives back whether it is a directory, of the same mount as all.
bool LookAt(const std::string& path, Search& search) {
  struct statx status = {};
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
              STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_GID | STATX_INO |
                  STATX_SIZE | STATX_MNT_ID,
              &status) != 0 ||
      status.stx_mnt_id != search.mount) {
    return false;
  }
  if (S_ISDIR(status.stx_mode)) return true;
  if (!S_ISREG(status.stx_mode)) return false;
  --search.files_left;
  if (status.stx_size > kLargestFile) return false;
  (IsWritable(path, status, search.looker) ? search.writable : search.other)
      .push_back({.path = path,
                  .device = makedev(status.stx_dev_major, status.stx_dev_minor),
                  .inode = status.stx_ino,
                  .names = status.stx_nlink});
  return false;
}

// Looks at the files of a directory, and gives back what is below it and may be another one.
std::vector<std::string> LookIn(const std::string& directory, Search& search) {
  std::vector<std::string> below;
  --search.directories_left;
  for (const auto& [name, type] : EntriesOf(directory, kMostOfOne)) {
    if (search.IsOver()) break;
    // What bears our name is another probe's, here for a moment. Links and nodes are not what is
    // looked for: most entries of a library directory.
    const bool is_candidate = type == DT_REG || type == DT_UNKNOWN;
    if (name.starts_with(".sandproof") || (!is_candidate && type != DT_DIR)) continue;
    const std::string path = directory + "/" + name;
    if (!is_candidate || LookAt(path, search)) below.push_back(path);
  }
  return below;
}

// Level by level: one directory that is full of others must not hide what lies beside it.
void LookBelow(const std::string& path, Search& search) {
  std::vector<std::string> level = {path};
  for (int depth = 0; depth <= kDeepest && !level.empty(); ++depth) {
    std::vector<std::string> next;
    for (const std::string& directory : level) {
      if (search.IsOver()) return;
      if (depth > 0 && !LookAt(directory, search)) continue;  // of another mount
      std::ranges::move(LookIn(directory, search), std::back_inserter(next));
    }
    level = std::move(next);
  }
}

// A file of a procfs that is ours whoever we are; empty where there is none.
std::string OwnFileOfProc(const std::string& path) {
  struct statfs filesystem = {};
  struct stat status = {};
  if (::statfs(path.c_str(), &filesystem) != 0 || filesystem.f_type != PROC_SUPER_MAGIC) return {};
  const std::string own = path + "/self/comm";
  return ::stat(own.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? own : std::string();
}

// What one search found.
struct Found {
  std::size_t limit = 0;  // it serves whoever wants no more than this
  std::vector<NamedFile> files = {};
};

Found FindRegularFiles(const std::string& path, std::size_t enough) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return {.limit = kAll};
  if (S_ISREG(status.st_mode)) {
    return {.limit = kAll,
            .files = {{.path = path,
                       .device = status.st_dev,
                       .inode = status.st_ino,
                       .names = status.st_nlink}}};
  }
  // Most of its files are root's, and the directories of processes come last.
  if (std::string own = OwnFileOfProc(path); !own.empty()) {
    return {.limit = kAll, .files = {{.path = std::move(own)}}};
  }
  Search search{.mount = MountIdOf(path), .enough = enough};
  LookBelow(path, search);
  Found found{.limit = search.writable.size() < enough ? kAll : enough,
              .files = std::move(search.writable)};
  std::ranges::move(search.other, std::back_inserter(found.files));
  return found;
}

// A dozen probes in a row ask of the same few paths, and the search costs more than all of them.
const std::vector<NamedFile>& KnownFilesAt(const std::string& path, std::size_t limit) {
  static std::map<std::string, Found> known;
  Found& found = known[path];
  if (found.limit < limit) found = FindRegularFiles(path, limit);
  return found.files;
}

}  // namespace

std::vector<std::string> PathsOf(const Request& request) {
  const std::string& list = request.Param("paths");
  if (list.empty()) return {request.Param("path")};
  return SplitList(list);
}

std::string AbsentIn(const std::string& directory) {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) {
    timespec now = {};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    number = static_cast<std::uint64_t>(now.tv_nsec) << 32 | static_cast<std::uint64_t>(::getpid());
  }
  char name[48];
  std::snprintf(name, sizeof name, "/.sandproof-absent-%016llx",
                static_cast<unsigned long long>(number));
  return directory == "/" ? std::string(name) : directory + name;
}

std::vector<std::string> RegularFilesAt(const std::string& path, std::size_t limit) {
  std::vector<std::string> paths;
  for (const NamedFile& file : KnownFilesAt(path, limit)) {
    if (paths.size() == limit) break;
    paths.push_back(file.path);
  }
  return paths;
}

std::vector<NamedFile> LinkedFilesAt(const std::string& path) {
  std::vector<NamedFile> linked;
  for (const NamedFile& file : KnownFilesAt(path, kMostFiles)) {
    if (file.names > 1) linked.push_back(file);
  }
  return linked;
}

Observation TryFilesAt(
    const std::string& path, Observation none,
    const std::function<std::optional<Observation>(const std::string&)>& attempt) {
  Observation last = std::move(none);
  std::size_t tried = 0;
  for (const std::size_t limit : {std::size_t{1}, kMostTries}) {
    const std::vector<std::string> files = RegularFilesAt(path, limit);
    for (; tried < files.size(); ++tried) {
      std::optional<Observation> outcome = attempt(files[tried]);
      if (!outcome) continue;
      last = *std::move(outcome);
      const bool is_of_file = last.error == EACCES || last.error == EPERM || last.error == ETXTBSY;
      if (last.outcome != Outcome::kDenied || !is_of_file) return last;
    }
  }
  return last;
}

int RefusedByModule(const std::string& directory) {
  static std::map<std::string, int> known;
  const auto [found, is_new] = known.try_emplace(directory, 0);
  if (!is_new) return found->second;
  const UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  found->second = fd ? RefusedByModule(directory, fd.get()) : 0;
  return found->second;
}

int RefusedByModule(const std::string& directory, int through) {
  const std::vector<DirectoryEntry> entries = EntriesOf(directory, 1);
  if (entries.empty()) return 0;
  const char* const name = entries.front().name.c_str();
  const int refusal = ::renameat(through, name, through, name) == 0 ? 0 : errno;
  return refusal == EACCES || refusal == EPERM ? refusal : 0;
}

Observation NoRegularFile(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return NotFound(path, errno);
  return Denied("open", path + ": no regular file", EISDIR);
}

Observation NotFound(const std::string& path, int error) {
  return error == EACCES ? Denied("stat", path, error) : SetupFailed("stat", path, error);
}

std::string DeviceName(unsigned long device) {
  return std::to_string(major(device)) + ":" + std::to_string(minor(device));
}

}  // namespace sandproof::probes
