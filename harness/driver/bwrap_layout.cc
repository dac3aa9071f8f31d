#include "harness/driver/bwrap_layout.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

namespace sandproof {
namespace {

using Kind = BwrapMount::Kind;

// How an option mounts: which operand is the destination and which, if any, the host's path.
struct MountOption {
  std::string_view name = {};
  Kind kind = Kind::kBind;
  PathAccess access = PathAccess::kPrivate;
  std::size_t dest = 0;
  std::optional<std::size_t> source = std::nullopt;
};

constexpr auto kMountOptions = std::to_array<MountOption>({
    {"--bind", Kind::kBind, PathAccess::kReadWrite, 1, 0},
    {"--bind-try", Kind::kBind, PathAccess::kReadWrite, 1, 0},
    {"--dev-bind", Kind::kBind, PathAccess::kReadWrite, 1, 0},
    {"--dev-bind-try", Kind::kBind, PathAccess::kReadWrite, 1, 0},
    {"--ro-bind", Kind::kBind, PathAccess::kReadOnly, 1, 0},
    {"--ro-bind-try", Kind::kBind, PathAccess::kReadOnly, 1, 0},
    {"--bind-fd", Kind::kBind, PathAccess::kReadWrite, 1, 0},
    {"--ro-bind-fd", Kind::kBind, PathAccess::kReadOnly, 1, 0},
    {"--overlay", Kind::kOverlay, PathAccess::kReadWrite, 2, 0},
    {"--tmp-overlay", Kind::kTmpOverlay, PathAccess::kPrivate, 0},
    {"--ro-overlay", Kind::kOverlay, PathAccess::kReadOnly, 0},
    {"--tmpfs", Kind::kTmpfs, PathAccess::kPrivate, 0},
    {"--proc", Kind::kProc, PathAccess::kPrivate, 0},
    {"--dev", Kind::kDev, PathAccess::kPrivate, 0},
    {"--mqueue", Kind::kMqueue, PathAccess::kPrivate, 0},
    {"--file", Kind::kData, PathAccess::kPrivate, 1},
    {"--bind-data", Kind::kData, PathAccess::kPrivate, 1},
    {"--ro-bind-data", Kind::kData, PathAccess::kReadOnly, 1},
});

std::string OnHost(const std::string& path, const SandboxSpec& spec) {
  return path.empty() || path.starts_with('/') ? path : spec.cwd + "/" + path;
}

// --bind-fd FD names no path; the specification may know it.
std::string PathOfDescriptor(std::string_view word, const SandboxSpec& spec) {
  const auto given = std::ranges::find(spec.fds, ParseDescriptor(word), &GivenDescriptor::fd);
  return given == spec.fds.end() ? std::string() : given->path;
}

// bwrap resolves the sources of bind mounts, so a link in one is not a difference.
std::string Resolved(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? NormalDestination(path) : NormalDestination(real.string());
}

class Builder {
 public:
  explicit Builder(const SandboxSpec& spec) : spec_(spec) {}
  void Obey(const BwrapOption& option, std::size_t index);
  BwrapLayout Take() { return std::move(layout_); }

 private:
  void Mount(const BwrapOption& option, std::size_t index);
  void RemountReadOnly(const std::string& dest);
  void Make(const std::string& dest);

  const SandboxSpec& spec_;
  BwrapLayout layout_;
  int mode_ = 0755;  // from --perms, for the option that follows
};

void Builder::Obey(const BwrapOption& option, std::size_t index) {
  if (option.name == "--size") return;  // may stand between --perms and --tmpfs
  if (option.name == "--perms") {
    const std::string& mode = option.operands.front();
    std::from_chars(mode.data(), mode.data() + mode.size(), mode_, 8);
    return;
  }
  Mount(option, index);
  if (option.name == "--remount-ro") RemountReadOnly(NormalDestination(option.operands[0]));
  if (option.name == "--dir") Make(NormalDestination(option.operands[0]));
  if (option.name == "--symlink") Make(NormalDestination(option.operands[1]));
  mode_ = 0755;
}

void Builder::Mount(const BwrapOption& option, std::size_t index) {
  const std::optional<BwrapMount> made = MountOf(option, spec_);
  if (!made) return;
  BwrapMount mount = *made;
  mount.mode = mode_;
  mount.option = index;
  if (option.name.ends_with("-try") && ::access(mount.host.c_str(), F_OK) != 0) {
    layout_.dropped.push_back(index);
    return;
  }
  std::erase_if(layout_.mounts, [&](const BwrapMount& old) {
    if (!IsAtOrBelow(old.dest, mount.dest)) return false;
    layout_.covered.push_back(old);
    layout_.covered.back().covered_by = index;
    return true;
  });
  if (mount.dest == "/") {
    layout_.root_entries.clear();
    layout_.is_root_read_only = false;
  }
  Make(mount.dest);
  layout_.mounts.push_back(mount);
}

void Builder::RemountReadOnly(const std::string& dest) {
  const auto mount = std::ranges::find(layout_.mounts, dest, &BwrapMount::dest);
  if (mount != layout_.mounts.end()) mount->access = PathAccess::kReadOnly;
  if (mount == layout_.mounts.end() && dest == "/") layout_.is_root_read_only = true;
}

void Builder::Make(const std::string& dest) {
  layout_.dests.insert(dest);
  if (dest != "/") layout_.root_entries.insert(dest.substr(1, dest.find('/', 1) - 1));
}

}  // namespace

const BwrapMount* BwrapLayout::MountOf(std::string_view inside) const {
  for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
    if (IsAtOrBelow(inside, mount->dest)) return &*mount;
  }
  return nullptr;
}

std::optional<std::string> BwrapLayout::InsideOf(const std::string& host) const {
  const std::string path = Resolved(host);
  for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
    if (mount->kind != Kind::kBind || mount->host.empty()) continue;
    const std::string source = Resolved(mount->host);
    if (!IsAtOrBelow(path, source)) continue;
    const std::string inside = MovedPath(path, source, mount->dest);
    if (MountOf(inside) == &*mount) return inside;
  }
  return std::nullopt;
}

std::optional<std::string> BwrapLayout::HostOf(const std::string& inside) const {
  const std::string path = NormalDestination(inside);
  const BwrapMount* const mount = MountOf(path);
  if (mount == nullptr || mount->kind != Kind::kBind || mount->host.empty()) return std::nullopt;
  return MovedPath(path, mount->dest, mount->host);
}

std::string NormalDestination(std::string_view dest) {
  std::string normal = std::filesystem::path("/" + std::string(dest)).lexically_normal().string();
  while (normal.starts_with("//")) normal.erase(0, 1);
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

bool IsAtOrBelow(std::string_view path, std::string_view top) {
  if (top == "/") return true;
  return path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/');
}

std::string MovedPath(std::string_view path, std::string_view from, std::string_view to) {
  const std::string_view rest = from == "/" ? path : path.substr(from.size());
  return NormalDestination(std::string(to) + "/" + std::string(rest));
}

std::optional<BwrapMount> MountOf(const BwrapOption& option, const SandboxSpec& spec) {
  const auto* const how = std::ranges::find(kMountOptions, option.name, &MountOption::name);
  if (how == kMountOptions.end()) return std::nullopt;
  BwrapMount mount{.kind = how->kind,
                   .dest = NormalDestination(option.operands[how->dest]),
                   .access = how->access};
  if (how->source) mount.source = option.operands[*how->source];
  if (option.name.ends_with("-fd")) mount.source = PathOfDescriptor(mount.source, spec);
  mount.host = OnHost(mount.source, spec);
  return mount;
}

BwrapLayout LayOut(const BwrapArguments& arguments, const SandboxSpec& spec) {
  Builder builder(spec);
  for (std::size_t i = 0; i < arguments.options.size(); ++i) builder.Obey(arguments.options[i], i);
  return builder.Take();
}

}  // namespace sandproof
