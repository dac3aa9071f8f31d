// Files that have a name in a read-only path and another in one that lets write.
#include <dirent.h>
#include <sys/stat.h>

#include <map>
#include <utility>

#include "probes/agent/read_only_paths.h"

namespace sandproof::probes {

namespace {

constexpr std::size_t kMostFiles = 200;
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

}  // namespace

std::vector<std::string> HardLinks(const std::vector<ReadOnlyPath>& paths,
                                   const std::vector<std::string>& open) {
  Search search;
  for (const ReadOnlyPath& path : paths) {
    for (const std::string& file : RegularFilesAt(path.path, kMostFiles)) {
      struct stat status = {};
      if (::lstat(file.c_str(), &status) != 0 || status.st_nlink < 2) continue;
      search.wanted.try_emplace({status.st_dev, status.st_ino}, file);
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
