#include "harness/collect/links.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string_view>

namespace sandproof {

namespace {

constexpr std::size_t kMostLinks = 64;
constexpr int kMostEntries = 1024;

bool IsOfTheSystem(std::string_view source) {
  constexpr auto kTrees = std::to_array<std::string_view>({"/dev", "/proc", "/sys", "/usr"});
  return std::ranges::any_of(kTrees, [&](std::string_view tree) {
    return source == tree || source.starts_with(std::string(tree) + '/');
  });
}

bool LeadsSomewhere(const std::string& link) {
  struct stat status = {};
  return ::stat(link.c_str(), &status) == 0;
}

// Behind all links.
std::string RealPath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

// The names of the links in a directory.
std::vector<std::string> LinksIn(const std::string& directory) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), ::closedir);
  for (int i = 0; stream && i < kMostEntries && names.size() < kMostLinks; ++i) {
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (entry->d_type == DT_LNK && LeadsSomewhere(directory + '/' + name)) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace

std::vector<std::string> LinksToFollow(const Promises& promises) {
  std::vector<std::string> links;
  for (const MountClaim& mount : promises.mounts) {
    const bool is_seen = !mount.source.empty() && mount.covered_by.empty();
    if (!is_seen) continue;
    if (IsOfTheSystem(RealPath(mount.source))) continue;
    const std::string inside = mount.path == "/" ? "" : mount.path;
    for (const std::string& name : LinksIn(mount.source)) links.push_back(inside + '/' + name);
  }
  return links;
}

}  // namespace sandproof
