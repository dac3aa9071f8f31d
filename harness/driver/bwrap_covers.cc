#include "harness/driver/bwrap_covers.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/driver/bwrap_drafter.h"
#include "harness/driver/bwrap_layout.h"

namespace sandproof {
namespace {

// What bwrap gives to what it makes, without --perms: bwrap(1).
int DefaultMode(std::string_view name) {
  if (name == "--dir" || name == "--tmpfs") return 0755;
  return name == "--file" ? 0666 : 0600;
}

bool IsAll(const std::string& capability) { return capability == "ALL" || capability == "all"; }

}  // namespace

std::string WhyReadOnlyAnyway(const std::string& host) {
  struct statvfs status = {};
  const bool is_read_only =
      ::statvfs(host.c_str(), &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
  return is_read_only ? "its source lies on a read-only file system" : "";
}

std::string WhatElseForbidsWriting(const std::string& host, unsigned uid) {
  struct stat status = {};
  if (uid == 0 || ::stat(host.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return {};
  const bool may_write = status.st_uid == uid || (status.st_mode & 022) != 0;
  return may_write ? "" : fmt::format("the mode of {}, which uid {} may not write", host, uid);
}

std::string WhatElseHides(const std::string& path, unsigned uid) {
  struct stat status = {};
  if (uid == 0 || !path.starts_with("/proc/") || ::stat(path.c_str(), &status) != 0) return {};
  if (status.st_uid != uid && (status.st_mode & 044) == 0) {
    return fmt::format("the mode of {}, which uid {} may not read", path, uid);
  }
  // Documentation/admin-guide/sysctl/kernel.rst kptr_restrict; r_show() in
  // kernel/resource.c.
  constexpr auto kZeros =
      std::to_array<std::string_view>({"/proc/iomem", "/proc/ioports", "/proc/kallsyms"});
  const bool is_zeros = std::ranges::find(kZeros, path) != kZeros.end();
  return is_zeros ? fmt::format("the kernel, which shows uid {} zeros in {}", uid, path) : "";
}

std::string BwrapDrafter::ByItself(std::string_view what) const {
  return fmt::format("bwrap, which {} by itself when uid {} starts it", what, uid_);
}

std::string BwrapDrafter::WhatDropsAll() const {
  if (Has("--cap-add")) return {};
  if (uid_ != 0) return ByItself("drops all capabilities");
  for (const BwrapOption& option : options()) {
    if (option.name == "--cap-drop" && IsAll(option.operands[0])) return option.ToString();
  }
  return {};
}

// The same option once more; empty for one that counts each time it is given.
std::string BwrapDrafter::Twin(std::size_t index) const {
  const BwrapOption& option = options()[index];
  const bool is_idempotent =
      option.operands.empty() || option.name == "--cap-drop" || option.name == "--unsetenv";
  for (std::size_t i = 0; is_idempotent && i < options().size(); ++i) {
    if (i != index && options()[i].ToString() == option.ToString()) {
      return "the other " + option.ToString();
    }
  }
  return {};
}

// Whatever is dropped by name is dropped by ALL, unless it is added again.
std::string BwrapDrafter::CoverOfCapability(std::size_t index) const {
  if (Has("--cap-add")) return {};
  if (uid_ != 0) return ByItself("drops all capabilities");
  return IsAll(options()[index].operands[0]) ? "" : WhatDropsAll();
}

// The bind that shows the same, with the same right to write, when this one is gone.
std::string BwrapDrafter::CoverOfBind(std::size_t index) const {
  const std::optional<BwrapMount> mount = MountOf(options()[index], parts_.spec);
  if (!mount || mount->kind != BwrapMount::Kind::kBind) return {};
  BwrapArguments without = parts_.arguments;
  without.options.erase(without.options.begin() + static_cast<std::ptrdiff_t>(index));
  const BwrapLayout layout = LayOut(without, parts_.spec);
  const BwrapMount* const below = layout.MountOf(mount->dest);
  const bool is_same = below != nullptr && below->access == mount->access &&
                       layout.HostOf(mount->dest) == NormalDestination(mount->host);
  return is_same ? without.options[below->option].ToString() : WhatElseHides(mount->dest, uid_);
}

std::string BwrapDrafter::CoverOfDrop(std::size_t index) const {
  const BwrapOption& option = options()[index];
  if (std::string twin = Twin(index); !twin.empty()) return twin;
  if (option.name == "--cap-drop") return CoverOfCapability(index);
  const bool is_for_nothing = IsModifier(option.name) && Text(index) == option.ToString();
  if (is_for_nothing) return "bwrap, which applies it to nothing";
  if (option.name == "--unsetenv" && Has("--clearenv")) return "--clearenv";
  if (option.name == "--perms") {
    const std::string& mode = option.operands[0];
    int number = -1;
    std::from_chars(mode.data(), mode.data() + mode.size(), number, 8);
    const std::string text = Text(index);
    const std::string owner = text.substr(text.find("--", 2));
    const int usual = DefaultMode(owner.substr(0, owner.find(' ')));
    return number == usual ? fmt::format("bwrap, whose own mode for it is {:04o}", usual) : "";
  }
  if (option.name.starts_with("--unshare-") && option.name != "--unshare-all") {
    if (Has("--unshare-all")) return "--unshare-all";
    const bool is_user = option.name.starts_with("--unshare-user");
    return is_user && uid_ != 0 ? ByItself("makes a user namespace") : "";
  }
  return CoverOfBind(index);
}

}  // namespace sandproof
