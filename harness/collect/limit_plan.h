// How much is taken to see a limit hit: enough to pass it, and never more than this host can spare.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/collect/cgroups.h"
#include "harness/spec/limits.h"
#include "probes/wire/request.h"
#include "suites/plan.h"

namespace sandproof {

// What this host has left.
struct HostRoom {
  std::uint64_t memory = 0;       // bytes available
  std::uint64_t tasks = 0;        // that may still be made
  std::uint64_t tasks_there = 0;  // that there are
  std::uint64_t open_files = 0;   // our own hard limit
  std::uint64_t disk = 0;         // bytes free where the control writes
  unsigned processors = 1;
};

// `scratch` is where the control of a disk writes.
[[nodiscard]] HostRoom ReadHostRoom(const std::string& scratch);

// What is known of one limit before it is tried.
struct LimitKnown {
  LimitsSpec declared = {};                          // or set by the words of the line
  std::optional<std::uint64_t> size = std::nullopt;  // of the tmpfs, by the line
  std::optional<CgroupLimit> pids = std::nullopt;    // of the payload's cgroups
  std::optional<CgroupLimit> memory = std::nullopt;
};

struct LimitAsk {
  Params params = {};          // for the request
  std::uint64_t declared = 0;  // 0: nobody said
  std::uint64_t most = 0;
  std::string unasked = {};         // why it cannot be shown here: inconclusive
  std::string not_applicable = {};  // why there is nothing to show: skipped
};

// By the property's probe, "limit/…".
[[nodiscard]] LimitAsk PlanLimit(const Property& property, const LimitKnown& known,
                                 const HostRoom& room);

// How long the processors are used.
inline constexpr long kSpinMs = 300;

// How many milliseconds of processors' time `cpus` may use at most while `wall_ms` pass. A quota is
// filled up at the beginning of each period, so that one more than fits can be used.
[[nodiscard]] double MostSpinMs(double cpus, double wall_ms, double period_ms);

}  // namespace sandproof
