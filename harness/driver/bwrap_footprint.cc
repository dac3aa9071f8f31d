#include "harness/driver/bwrap_footprint.h"

#include <unistd.h>

#include <optional>
#include <vector>

#include "harness/driver/bwrap_layout.h"

namespace sandproof {
namespace {

// What an option makes inside besides a mount.
std::optional<std::string> MadeBy(const BwrapOption& option) {
  if (option.name == "--dir") return option.operands[0];
  if (option.name == "--symlink" || option.name == "--file" || option.name == "--chmod") {
    return option.operands[1];
  }
  return std::nullopt;
}

// --file writes into what is there, and --chmod changes it.
bool ChangesWhatIsThere(const BwrapOption& option) {
  return option.name == "--file" || option.name == "--chmod";
}

}  // namespace

std::set<std::string> HostPathsChanged(std::span<const BwrapOption> options,
                                       const SandboxSpec& spec) {
  std::set<std::string> changed;
  std::vector<BwrapMount> mounts;
  for (const BwrapOption& option : options) {
    const std::optional<BwrapMount> mount = MountOf(option, spec);
    const std::optional<std::string> made = mount ? std::optional(mount->dest) : MadeBy(option);
    if (made) {
      const std::string path = NormalDestination(*made);
      for (auto below = mounts.rbegin(); below != mounts.rend(); ++below) {
        if (!IsAtOrBelow(path, below->dest)) continue;
        const bool is_hosts = below->kind == BwrapMount::Kind::kBind &&
                              below->access == PathAccess::kReadWrite && !below->host.empty();
        if (!is_hosts) break;
        const std::string host = MovedPath(path, below->dest, below->host);
        const bool is_there = ::access(host.c_str(), F_OK) == 0;
        if (!is_there || ChangesWhatIsThere(option)) changed.insert(host);
        break;
      }
    }
    if (mount) mounts.push_back(*mount);
  }
  return changed;
}

}  // namespace sandproof
