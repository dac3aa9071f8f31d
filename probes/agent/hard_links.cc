// Files that have a name in a read-only path and another in one that lets write.
#include <sys/stat.h>

#include <map>
#include <utility>

#include "probes/agent/directory.h"
#include "probes/agent/read_only_paths.h"

namespace sandproof::probes {

namespace {

constexpr std::size_t kMostEntries = 400;
constexpr int kDeepest = 2;

using Inode = std::pair<dev_t, ino_t>;

// Files with more than one name in directories that let write.
struct Search {
  std::map<Inode, std::vector<std::string>> names = {};
  std::size_t entries_left = kMostEntries;
};

void LookIn(const std::string& directory, int depth, Search& search);

void LookAt(const std::string& path, int depth, Search& search) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (S_ISDIR(status.st_mode) && depth < kDeepest) LookIn(path, depth + 1, search);
  if (!S_ISREG(status.st_mode) || status.st_nlink < 2) return;
  search.names[{status.st_dev, status.st_ino}].push_back(path);
}

void LookIn(const std::string& directory, int depth, Search& search) {
  const std::vector<DirectoryEntry> entries = EntriesOf(directory, search.entries_left);
  search.entries_left -= entries.size();
  for (const DirectoryEntry& entry : entries) {
    LookAt(directory + "/" + entry.name, depth, search);
  }
}

}  // namespace

std::vector<std::string> HardLinks(const std::vector<ReadOnlyPath>& paths,
                                   const std::vector<std::string>& open) {
  // These first: they are few, hardly any of their files has a second name, and the search of the
  // others is the most that a batch does.
  Search search;
  for (const std::string& directory : open) {
    if (!directory.empty() && LetsWrite(WriteErrno(directory))) LookIn(directory, 0, search);
  }
  std::vector<std::string> found;
  if (search.names.empty()) return found;
  for (const ReadOnlyPath& path : paths) {
    for (const NamedFile& file : LinkedFilesAt(path.path)) {
      const auto same = search.names.find({file.device, file.inode});
      if (same == search.names.end()) continue;
      for (const std::string& name : same->second) found.push_back(file.path + " = " + name);
      search.names.erase(same);  // it may be shown by several paths
    }
  }
  return found;
}

}  // namespace sandproof::probes
