#include "harness/driver/bwrap_promises.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sandproof {
namespace {

using Kind = BwrapMount::Kind;

constexpr auto kNamespaces = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"--unshare-user", "user"},
    {"--unshare-ipc", "ipc"},
    {"--unshare-pid", "pid"},
    {"--unshare-net", "net"},
    {"--unshare-uts", "uts"},
    {"--unshare-cgroup", "cgroup"},
});

void ApplyNamespaces(const BwrapOption& option, Promises& promises) {
  for (const auto& [name, kind] : kNamespaces) {
    if (option.name == name) promises.namespaces.emplace(kind);
  }
  if (option.name == "--unshare-all") promises.namespaces.insert({"ipc", "pid", "net", "uts"});
  if (option.name == "--share-net") promises.namespaces.erase("net");
}

void ApplyEnvironment(const BwrapOption& option, Promises& promises) {
  if (option.name == "--clearenv") {
    promises.env_cleared = true;
    promises.env_set.clear();
  } else if (option.name == "--setenv") {
    promises.env_set[option.operands[0]] = option.operands[1];
    promises.env_unset.erase(option.operands[0]);
  } else if (option.name == "--unsetenv") {
    promises.env_set.erase(option.operands[0]);
    promises.env_unset.insert(option.operands[0]);
  }
}

// bwrap sets PWD last, whatever the options said of it; its value is known only with --chdir.
void ApplyWorkingDirectory(const BwrapArguments& arguments, Promises& promises) {
  promises.env_set.erase("PWD");
  promises.env_unset.erase("PWD");
  for (const BwrapOption& option : arguments.options) {
    if (option.name == "--chdir") promises.env_set["PWD"] = option.operands[0];
  }
}

// --file writes through to the host when its destination lies on a bind mount.
bool IsCopiedToHost(const BwrapMount& file, std::span<const BwrapMount> before) {
  const auto below = std::find_if(before.rbegin(), before.rend(), [&](const BwrapMount& mount) {
    return IsAtOrBelow(file.dest, mount.dest);
  });
  return below != before.rend() && (below->kind == Kind::kBind || below->kind == Kind::kOverlay);
}

bool IsPathPromise(const BwrapMount& mount, const BwrapOption& option,
                   std::span<const BwrapMount> before) {
  switch (mount.kind) {
    case Kind::kBind:
    case Kind::kTmpfs:
    case Kind::kTmpOverlay:
    case Kind::kOverlay:
      return true;
    case Kind::kData:
      return option.name != "--file" || !IsCopiedToHost(mount, before);
    case Kind::kDev:
    case Kind::kProc:
      return mount.access == PathAccess::kReadOnly;  // by --remount-ro
    case Kind::kMqueue:
      return false;
  }
  return false;
}

std::optional<std::uint64_t> SizeOf(const BwrapMount& mount, const BwrapArguments& arguments) {
  const BwrapOption* const size = SizeOptionOf(mount, arguments);
  return size == nullptr ? std::nullopt : ParseSize(size->operands[0]);
}

std::vector<PathPromise> Paths(const BwrapArguments& arguments, const BwrapLayout& layout) {
  std::vector<PathPromise> paths;
  if (layout.is_root_read_only) paths.push_back({.path = "/"});
  const std::span<const BwrapMount> mounts = layout.mounts;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const BwrapMount& mount = mounts[i];
    if (!IsPathPromise(mount, arguments.options[mount.option], mounts.first(i))) continue;
    paths.push_back({.path = mount.dest,
                     .source = mount.source,
                     .access = mount.access,
                     .size = SizeOf(mount, arguments),
                     .is_file = mount.kind == Kind::kData});
  }
  return paths;
}

MountClaim ClaimOf(const BwrapMount& mount, const BwrapArguments& arguments) {
  const BwrapOption& option = arguments.options[mount.option];
  return {.option = option.ToString(),
          .path = mount.dest,
          .source = mount.kind == Kind::kBind ? mount.host : "",
          .access = mount.access,
          .is_optional = option.name.ends_with("-try")};
}

// The read-only bind below this one that shows the same already. One that lets write also keeps a
// directory from being renamed, so only read-only ones are told.
std::string Repeated(std::span<const BwrapMount> before, const BwrapMount& mount,
                     const BwrapArguments& arguments) {
  if (arguments.options[mount.option].name != "--ro-bind") return {};
  const auto below = std::find_if(before.rbegin(), before.rend(), [&](const BwrapMount& other) {
    return IsAtOrBelow(mount.dest, other.dest);
  });
  const bool is_bind =
      below != before.rend() && arguments.options[below->option].name == "--ro-bind";
  if (!is_bind || MovedPath(mount.dest, below->dest, below->host) != NormalDestination(mount.host))
    return {};
  return arguments.options[below->option].ToString();
}

std::vector<MountClaim> Claims(const BwrapArguments& arguments, const BwrapLayout& layout) {
  std::vector<MountClaim> claims;
  for (const BwrapMount& mount : layout.covered) {
    claims.push_back(ClaimOf(mount, arguments));
    claims.back().covered_by = arguments.options[mount.covered_by].ToString();
  }
  const std::span<const BwrapMount> mounts = layout.mounts;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    claims.push_back(ClaimOf(mounts[i], arguments));
    claims.back().repeats = Repeated(mounts.first(i), mounts[i], arguments);
  }
  return claims;
}

}  // namespace

const BwrapOption* SizeOptionOf(const BwrapMount& mount, const BwrapArguments& arguments) {
  if (mount.kind != Kind::kTmpfs) return nullptr;
  for (std::size_t at = mount.option; at > 0; --at) {
    const BwrapOption& option = arguments.options[at - 1];
    if (option.name == "--size") return &option;
    if (option.name != "--perms") break;
  }
  return nullptr;
}

Promises PromisesOf(const BwrapArguments& arguments, const BwrapLayout& layout) {
  Promises promises{.paths = Paths(arguments, layout)};
  for (const BwrapOption& option : arguments.options) {
    ApplyNamespaces(option, promises);
    ApplyEnvironment(option, promises);
  }
  ApplyWorkingDirectory(arguments, promises);
  promises.mount_points.emplace();
  for (const BwrapMount& mount : layout.mounts) promises.mount_points->push_back(mount.dest);
  const BwrapMount* const root = layout.MountOf("/");
  if (root == nullptr || root->kind == Kind::kTmpfs) promises.root_entries = layout.root_entries;
  const BwrapMount* const proc = layout.MountOf("/proc");
  promises.proc_mounted = proc != nullptr && proc->kind == Kind::kProc;
  promises.mounts = Claims(arguments, layout);
  promises.flags = FlagPromisesOf(arguments, layout);
  for (const std::size_t index : layout.dropped) {
    const BwrapOption& option = arguments.options[index];
    if (option.name == "--bind-try") promises.dropped_grants.push_back(option.ToString());
  }
  promises.is_path_searched = true;
  return promises;
}

}  // namespace sandproof
