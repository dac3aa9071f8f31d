// What the launcher's arguments promise, beside what was seen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run.h"

namespace sandproof {

enum class PromiseState : std::uint8_t {
  kKept,      // a check of it passed, and none failed or was waived
  kBroken,    // a check of it failed
  kWaived,    // the same, and somebody accepted it
  kDoubtful,  // nothing failed, and something could not be told
  kUntested,  // nothing was asserted of it
};

[[nodiscard]] std::string_view Name(PromiseState state);

// One argument of the launcher.
struct PromiseReport {
  std::string text = {};  // "--unshare-net"
  PromiseState state = PromiseState::kUntested;
  std::vector<const CheckResult*> broken_by = {};
};

// In the order of the arguments.
[[nodiscard]] std::vector<PromiseReport> PromisesOf(const SandboxRun& sandbox);

// Checks that passed though no argument promises what they ask for, and nothing else of the
// launcher is known to uphold it: it may stop to hold with another kernel, user or host. None where
// the driver reads no promises.
[[nodiscard]] std::vector<const CheckResult*> UnpromisedOf(const SandboxRun& sandbox);

}  // namespace sandproof
