#include "harness/driver/bwrap_entry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace sandproof {
namespace {

using Kind = BwrapMount::Kind;

constexpr std::string_view kAgentName = ".sandproof-agent";
constexpr std::string_view kBatchName = ".sandproof-batch";
// Above what shells and scripts use for their own descriptors, below any sane RLIMIT_NOFILE.
constexpr int kFirstDescriptor = 20;

// Whether bwrap can make a mount point at the top of this mount without touching the host, and the
// payload can reach it: a tmpfs of mode 000 is a common way to hide a directory.
bool CanHold(const BwrapMount& mount) {
  return (mount.kind == Kind::kTmpfs || mount.kind == Kind::kTmpOverlay) &&
         (mount.mode & 0100) != 0;
}

BwrapEntry Bound(BwrapPosition before, const std::string& host, const std::string& inside) {
  const std::vector<std::string> words = {"--ro-bind", host, inside};
  const std::string where =
      before.file < 0 ? "" : fmt::format(" to the arguments at descriptor {}", before.file);
  return {.inside = inside,
          .insertion = BwrapInsertion{.before = before, .words = words},
          .perturbation = fmt::format("added {}{}", fmt::join(words, " "), where)};
}

// After the mount at `top`, which option number `made` makes, and before the first --remount-ro of
// it: no mount point can be made on a read-only mount, and bwrap goes through the options in order.
BwrapPosition PlaceIn(const BwrapSandbox& sandbox, std::string_view top, std::size_t made) {
  const std::vector<BwrapOption>& options = sandbox.arguments.options;
  for (std::size_t i = made; i < options.size(); ++i) {
    if (options[i].name == "--remount-ro" && NormalDestination(options[i].operands[0]) == top)
      return options[i].position;
  }
  return {.file = -1, .index = sandbox.arguments.end};
}

std::string FreeName(const BwrapSandbox& sandbox, std::string_view top, std::string_view name) {
  const std::string wanted = NormalDestination(fmt::format("{}/{}", top, name));
  std::string candidate = wanted;
  const auto is_taken = [&](const std::string& dest) { return IsAtOrBelow(dest, candidate); };
  for (int i = 2; std::ranges::any_of(sandbox.layout.dests, is_taken); ++i)
    candidate = fmt::format("{}-{}", wanted, i);
  return candidate;
}

std::optional<BwrapEntry> InOwnRoot(const BwrapSandbox& sandbox, const std::string& host,
                                    std::string_view name) {
  const BwrapMount* const root = sandbox.layout.MountOf("/");
  if (root != nullptr && !CanHold(*root)) return std::nullopt;
  const std::size_t made = root == nullptr ? 0 : root->option + 1;
  return Bound(PlaceIn(sandbox, "/", made), host, FreeName(sandbox, "/", name));
}

std::optional<BwrapEntry> WhereVisible(const BwrapSandbox& sandbox, const std::string& host) {
  const std::optional<std::string> inside = sandbox.layout.InsideOf(host);
  if (!inside) return std::nullopt;
  const BwrapMount* const mount = sandbox.layout.MountOf(*inside);
  return BwrapEntry{
      .inside = *inside,
      .perturbation = fmt::format("used {}, which {} shows", *inside,
                                  sandbox.arguments.options[mount->option].ToString())};
}

std::ptrdiff_t Depth(const BwrapMount& mount) { return std::ranges::count(mount.dest, '/'); }

// The highest tmpfs: a directory above a deeper one may be closed to the payload's user.
std::optional<BwrapEntry> InTmpfs(const BwrapSandbox& sandbox, const std::string& host,
                                  std::string_view name) {
  const BwrapMount* best = nullptr;
  for (const BwrapMount& mount : sandbox.layout.mounts) {
    if (CanHold(mount) && (best == nullptr || Depth(mount) < Depth(*best))) best = &mount;
  }
  if (best == nullptr) return std::nullopt;
  return Bound(PlaceIn(sandbox, best->dest, best->option + 1), host,
               FreeName(sandbox, best->dest, name));
}

// Not when something inside starts the payload: it may run from the same file ("python3 drop.py
// python3 …"), and then the agent would start in its place, without what it does.
//
// The file behind all links is bound over, since bwrap looks at an absolute link's target while
// the new root is not yet the root. It must exist, lest bwrap create it on the host.
std::optional<BwrapEntry> OverPayload(const BwrapSandbox& sandbox, const std::string& host) {
  const std::vector<std::string>& payload = sandbox.spec.payload;
  if (sandbox.is_wrapped || payload.empty() || !payload.front().starts_with('/'))
    return std::nullopt;
  const std::optional<std::string> shown = sandbox.layout.HostOf(payload.front());
  std::error_code error;
  if (!shown || !std::filesystem::is_regular_file(*shown, error)) return std::nullopt;
  const std::optional<std::string> inside = sandbox.layout.InsideOf(*shown);
  if (!inside) return std::nullopt;
  BwrapEntry entry = Bound({.file = -1, .index = sandbox.arguments.end}, host, *inside);
  entry.is_new_path = false;
  return entry;
}

// No descriptor of the user's, be it in the specification or only in an option's operand.
int FreeDescriptor(const BwrapSandbox& sandbox, std::optional<int> taken) {
  std::set<int> used;
  if (taken) used.insert(*taken);
  for (const GivenDescriptor& given : sandbox.spec.fds) used.insert(given.fd);
  for (const BwrapOption& option : sandbox.arguments.options) {
    for (const std::string& operand : option.operands) used.insert(ParseDescriptor(operand));
  }
  int fd = kFirstDescriptor;
  while (used.contains(fd)) ++fd;
  return fd;
}

std::optional<BwrapEntry> ByDescriptor(const BwrapSandbox& sandbox, const std::string& host,
                                       std::optional<int> taken) {
  const BwrapMount* const proc = sandbox.layout.MountOf("/proc");
  const bool is_mounted = proc != nullptr && proc->kind == Kind::kProc;
  if (!is_mounted && sandbox.layout.HostOf("/proc") != "/proc") return std::nullopt;
  const int fd = FreeDescriptor(sandbox, taken);
  return BwrapEntry{.inside = fmt::format("/proc/self/fd/{}", fd),
                    .descriptor = LaunchDescriptor{.fd = fd, .path = host},
                    .perturbation = fmt::format("added descriptor {}, open on {}", fd, host),
                    .is_new_path = false};
}

Error NoWay(const std::string& host) {
  return Internal(
      fmt::format("no way to show {} inside: the root is not bwrap's own, no bind shows it, there "
                  "is no tmpfs to bind it in and no /proc; add --tmpfs /tmp",
                  host));
}

}  // namespace

Result<BwrapEntry> EnterAgent(const BwrapSandbox& sandbox, const std::string& host) {
  std::optional<BwrapEntry> entry = InOwnRoot(sandbox, host, kAgentName);
  if (!entry) entry = WhereVisible(sandbox, host);
  if (!entry) entry = InTmpfs(sandbox, host, kAgentName);
  if (!entry) entry = OverPayload(sandbox, host);
  if (!entry) entry = ByDescriptor(sandbox, host, std::nullopt);
  if (!entry) return NoWay(host);
  return *std::move(entry);
}

Result<BwrapEntry> EnterBatch(const BwrapSandbox& sandbox, const std::string& host,
                              std::optional<int> descriptor) {
  std::optional<BwrapEntry> entry = InOwnRoot(sandbox, host, kBatchName);
  if (!entry) entry = WhereVisible(sandbox, host);
  if (!entry) entry = InTmpfs(sandbox, host, kBatchName);
  if (!entry) entry = ByDescriptor(sandbox, host, descriptor);
  if (!entry) return NoWay(host);
  return *std::move(entry);
}

}  // namespace sandproof
