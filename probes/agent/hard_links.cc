// Files that have a name in a read-only path and another in one that lets write.
#include <dirent.h>
#include <sys/stat.h>

#include <map>
#include <set>
#include <utility>

#include "probes/agent/read_only_paths.h"

namespace sandproof::probes {

namespace {

constexpr int kMostEntries = 400;
constexpr int kDeepest = 2;

using Inode = std::pair<dev_t, ino_t>;

struct Search {
  std::map<Inode, std::string> wanted = {};  // and the name in the read-only path
  std::vector<std::string> found = {};
  int entries_left = kMostEntries;
};

void LookIn(const std::string& directory, int depth, Search& search);

void LookAt(const std::string& path, int depth, Search& search) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (S_ISDIR(status.st_mode) && depth < kDeepest) LookIn(path, depth + 1, search);
  if (!S_ISREG(status.st_mode) || status.st_nlink < 2) return;
  const auto same = search.wanted.find({status.st_dev, status.st_ino});
  if (same != search.wanted.end()) search.found.push_back(same->second + " = " + path);
}

void LookIn(const std::string& directory, int depth, Search& search) {
  const std::string prefix = directory + "/";
  DIR* const stream = ::opendir(directory.c_str());
  if (stream == nullptr) return;
  std::vector<std::string> names;
  while (search.entries_left > 0) {
    const dirent* const entry = ::readdir(stream);
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    --search.entries_left;
    names.push_back(name);
  }
  ::closedir(stream);
  for (const std::string& name : names) LookAt(prefix + name, depth, search);
}

// The file systems of what is mounted at or below those directories of `open` that let write.
std::set<std::string> DevicesOf(const std::vector<std::string>& open, const MountTable& table) {
  std::set<std::string> devices;
  for (const std::string& directory : open) {
    if (directory.empty() || !LetsWrite(WriteErrno(directory))) continue;
    for (const Mount* mount : MountsAtOrBelow(directory, table)) devices.insert(mount->device);
  }
  return devices;
}

}  // namespace

std::vector<std::string> HardLinks(const std::vector<ReadOnlyPath>& paths,
                                   const std::vector<std::string>& open, const MountTable& table) {
  Search search;
  // No name of a file lies in another file system, and the walk is the most that a batch does.
  const std::set<std::string> devices = DevicesOf(open, table);
  for (const ReadOnlyPath& path : paths) {
    if (!devices.contains(path.mount->device)) continue;
    for (const NamedFile& file : LinkedFilesAt(path.path)) {
      search.wanted.try_emplace({file.device, file.inode}, file.path);
    }
  }
  // No second name, no second place to look for.
  if (search.wanted.empty()) return {};
  for (const std::string& directory : open) {
    if (!directory.empty() && LetsWrite(WriteErrno(directory))) LookIn(directory, 0, search);
  }
  return std::move(search.found);
}

}  // namespace sandproof::probes
