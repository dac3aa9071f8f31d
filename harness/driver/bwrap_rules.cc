#include "harness/driver/bwrap_rules.h"

#include <algorithm>

namespace sandproof {
namespace {

constexpr std::string_view kGives = "it gives the payload something and takes nothing away";
constexpr std::string_view kPlumbing =
    "it passes between bwrap and whoever starts it; nothing of it is inside";
constexpr std::string_view kChecks =
    "it only makes bwrap check what another option does, before the payload starts";
constexpr std::string_view kLabels = "it needs SELinux, whose labels no property judges";
constexpr std::string_view kModes = "a mode holds back other uids, and inside there is no other";
constexpr std::string_view kOverlays = "no weaker form of an overlay is known";

BwrapRule NotLaunched(std::string_view name, std::string_view why) {
  return {.name = name, .unobservable = why, .is_launched = false};
}

const std::vector<BwrapRule>& Rules() {
  static const std::vector<BwrapRule> rules = {
      NotLaunched("--setenv", kGives),
      NotLaunched("--argv0", kGives),
      NotLaunched("--chdir", kGives),
      NotLaunched("--share-net", kGives),
      NotLaunched("--cap-add", kGives),
      NotLaunched("--file", kGives),
      NotLaunched("--bind-data", kGives),
      NotLaunched("--level-prefix", kPlumbing),
      NotLaunched("--lock-file", kPlumbing),
      NotLaunched("--sync-fd", kPlumbing),
      NotLaunched("--block-fd", kPlumbing),
      NotLaunched("--userns-block-fd", kPlumbing),
      NotLaunched("--info-fd", kPlumbing),
      NotLaunched("--json-status-fd", kPlumbing),
      NotLaunched("--help", kPlumbing),
      NotLaunched("--version", kPlumbing),
      NotLaunched("--overlay-src", kOverlays),
      NotLaunched("--overlay", kOverlays),
      NotLaunched("--tmp-overlay", kOverlays),
      NotLaunched("--ro-overlay", kOverlays),
      {.name = "--assert-userns-disabled", .unobservable = kChecks},
      {.name = "--symlink", .unobservable = kGives},
      {.name = "--dir", .unobservable = kGives},
      {.name = "--perms", .unobservable = kModes},
      {.name = "--chmod", .unobservable = kModes},
      {.name = "--exec-label", .unobservable = kLabels},
      {.name = "--file-label", .unobservable = kLabels},
      {.name = "--seccomp", .takes_descriptor = true},
      {.name = "--add-seccomp-fd", .takes_descriptor = true},
      {.name = "--userns", .takes_descriptor = true},
      {.name = "--userns2", .takes_descriptor = true},
      {.name = "--pidns", .takes_descriptor = true},
      {.name = "--ro-bind-data", .takes_descriptor = true},
      {.name = "--unshare-user",
       .needed_by = {"--disable-userns", "--assert-userns-disabled", "--uid", "--gid"}},
      {.name = "--unshare-pid", .needed_by = {"--as-pid-1"}},
      {.name = "--unshare-uts", .needed_by = {"--hostname"}},
      {.name = "--disable-userns", .needed_by = {"--assert-userns-disabled"}},
  };
  return rules;
}

}  // namespace

BwrapRule BwrapRuleFor(std::string_view name) {
  const auto found = std::ranges::find(Rules(), name, &BwrapRule::name);
  return found == Rules().end() ? BwrapRule{.name = name} : *found;
}

}  // namespace sandproof
