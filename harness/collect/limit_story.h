// What a probe that hits limits reported, put together with what was counted from outside.
#pragma once

#include <cstdint>
#include <string>

#include "probes/wire/observation.h"

namespace sandproof {

struct LimitContext {
  std::uint64_t declared = 0;   // 0: nobody said
  std::string counted_by = {};  // the file of a cgroup whose counter grew meanwhile
  std::string rlimit = {};      // "RLIMIT_NPROC 64", where that is what can have refused
  double cpus = 0;              // what is allowed
  double period_ms = 100;       // of the quota
};

// Who refused, as the fact "limited_by"; and what shows no limit becomes setup_failed:
//
// - a death by SIGKILL that no cgroup counts as one for lack of memory: anybody may have done it;
// - a limit far below the declared one: something else is in the way of that;
// - processors' time that is neither above what is allowed nor was throttled: the machine is busy.
//
// For processors' time the fact "over_quota" is made from "used_us" and "wall_us".
[[nodiscard]] Observation Explained(Observation observation, const LimitContext& context);

// The last of these, of what Explained gave back: to be asked again.
[[nodiscard]] bool IsOfBusyMachine(const Observation& explained);

// That the agent itself was ended for lack of memory, when it gave no answer.
[[nodiscard]] Observation EndedWithoutMemory(const std::string& probe,
                                             const std::string& counted_by);

}  // namespace sandproof
