// Attempts: nothing: walks /dev, three directories deep.
// Harmless: lstat only; no node is opened.
// Tells apart: fact "nodes": path, kind and number, as in "/dev/null c1:3", without /dev/pts, and
//   "/dev/console c136:*" for any pseudo-terminal. Without /dev there are none.
// Source: Documentation/admin-guide/devices.txt.
#include <dirent.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::dev {

namespace {

constexpr int kDeepest = 3;
constexpr std::size_t kMostEntries = 2000;
constexpr std::size_t kMostReported = 32;
constexpr long kDevptsMagic = 0x1cd1;

struct Walk {
  std::size_t entries = 0;
  std::vector<std::string> nodes = {};
};

void LookIn(const std::string& directory, int depth, Walk& walk);

void LookAt(const std::string& path, int depth, Walk& walk) {
  constexpr unsigned kFirstPtyMajor = 136;
  constexpr unsigned kLastPtyMajor = 143;
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (S_ISDIR(status.st_mode) && depth < kDeepest) LookIn(path, depth + 1, walk);
  if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode)) return;
  const unsigned number = major(status.st_rdev);
  const bool is_pty =
      S_ISCHR(status.st_mode) && number >= kFirstPtyMajor && number <= kLastPtyMajor;
  walk.nodes.push_back(path + (S_ISCHR(status.st_mode) ? " c" : " b") +
                       (is_pty ? "136:*" : DeviceName(status.st_rdev)));
}

void LookIn(const std::string& directory, int depth, Walk& walk) {
  struct statfs status = {};
  if (::statfs(directory.c_str(), &status) == 0 && status.f_type == kDevptsMagic) return;
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name == "." || name == ".." || ++walk.entries > kMostEntries) continue;
    LookAt(directory + "/" + name, depth, walk);
  }
  ::closedir(stream);
}

}  // namespace

Observation ListNodes(const Request&) {
  Walk walk;
  LookIn("/dev", 1, walk);
  std::sort(walk.nodes.begin(), walk.nodes.end());
  const std::string count = std::to_string(walk.nodes.size());
  walk.nodes.resize(std::min(walk.nodes.size(), kMostReported));
  return Read("readdir", "/dev", {{"nodes", std::move(walk.nodes)}, {"count", {count}}});
}

}  // namespace sandproof::probes::dev
