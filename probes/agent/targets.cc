#include "probes/agent/targets.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <utility>

namespace sandproof::probes {

namespace {

constexpr std::uint64_t kLargestFile = 1024 * 1024;
constexpr int kMostEntries = 200;
constexpr int kDeepest = 2;
constexpr std::size_t kEnoughFiles = 8;  // that the modes let us write; no more are looked for

struct Search {
  unsigned long long mount = 0;
  int entries_left = kMostEntries;
  std::vector<std::string> writable = {};  // by their modes, as access(2) says
  std::vector<std::string> other = {};
};

void LookIn(const std::string& directory, int depth, Search& search);

void LookAt(const std::string& path, int depth, Search& search) {
  struct statx status = {};
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
              STATX_TYPE | STATX_SIZE | STATX_MNT_ID, &status) != 0 ||
      status.stx_mnt_id != search.mount) {
    return;
  }
  if (S_ISDIR(status.stx_mode) && depth < kDeepest) LookIn(path, depth + 1, search);
  if (!S_ISREG(status.stx_mode) || status.stx_size > kLargestFile) return;
  // A hint for the order and no verdict: access(2) answers EROFS where the modes would do.
  const bool by_modes =
      ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0 || errno != EACCES;
  (by_modes ? search.writable : search.other).push_back(path);
}

void LookIn(const std::string& directory, int depth, Search& search) {
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return;
  std::vector<std::string> names;
  const dirent* entry = nullptr;
  while (search.entries_left > 0 && (entry = ::readdir(stream)) != nullptr) {
    const std::string name = entry->d_name;
    // What bears our name is another probe's, here for a moment.
    if (name == "." || name == ".." || name.starts_with(".sandproof")) continue;
    --search.entries_left;
    // Links and nodes are not what is looked for: most entries of a library directory.
    const auto type = entry->d_type;
    if (type == DT_REG || type == DT_DIR || type == DT_UNKNOWN) names.push_back(name);
  }
  ::closedir(stream);
  for (const std::string& name : names) {
    if (search.writable.size() >= kEnoughFiles) return;
    LookAt(directory + "/" + name, depth, search);
  }
}

std::vector<std::string> FindRegularFiles(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return {};
  if (S_ISREG(status.st_mode)) return {path};
  Search search{.mount = MountIdOf(path)};
  LookIn(path, 0, search);
  std::vector<std::string> files = std::move(search.writable);
  files.insert(files.end(), search.other.begin(), search.other.end());
  return files;
}

}  // namespace

std::vector<std::string> PathsOf(const Request& request) {
  const std::string& list = request.Param("paths");
  if (list.empty()) return {request.Param("path")};
  std::vector<std::string> paths;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    if (end > begin) paths.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return paths;
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
  // A dozen probes in a row ask of the same few paths, and the search costs more than all of them.
  static std::map<std::string, std::vector<std::string>> known;
  const auto [found, is_new] = known.try_emplace(path);
  if (is_new) found->second = FindRegularFiles(path);
  const std::vector<std::string>& all = found->second;
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), limit))};
}

int RefusedByModule(const std::string& directory) {
  const UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return fd ? RefusedByModule(directory, fd.get()) : 0;
}

int RefusedByModule(const std::string& directory, int through) {
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return 0;
  int refusal = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (::renameat(through, name.c_str(), through, name.c_str()) != 0) refusal = errno;
    break;
  }
  ::closedir(stream);
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

unsigned long long MountIdOf(const std::string& path) {
  struct statx status = {};
  if (::statx(AT_FDCWD, path.c_str(), AT_NO_AUTOMOUNT, STATX_MNT_ID, &status) != 0) return 0;
  return (status.stx_mask & STATX_MNT_ID) != 0 ? status.stx_mnt_id : 0;
}

std::string DeviceName(unsigned long device) {
  return std::to_string(major(device)) + ":" + std::to_string(minor(device));
}

}  // namespace sandproof::probes
