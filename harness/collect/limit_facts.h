// What limits a running payload, read from outside without hitting anything.
#pragma once

#include <string>

#include "harness/driver/driver.h"
#include "harness/spec/limits.h"
#include "harness/spec/spec.h"
#include "probes/wire/observation.h"

namespace sandproof {

// What the configuration declares, and for what it does not, what the words of the line set.
[[nodiscard]] LimitsSpec LimitsOf(const SandboxSpec& spec, const Promises& promises);

// The hard limit of a process in a line of /proc/PID/limits: "Max processes"; nullopt: unlimited.
[[nodiscard]] std::optional<std::uint64_t> HardLimitIn(std::string_view limits,
                                                       std::string_view name);

// Facts "pids_unlimited", "memory_unlimited" and "cpu_unlimited": empty where there is a limit, and
// no higher than the one that is declared. Left out where it cannot be told, because the cgroups
// are not visible from here. "uid" must be among the facts already.
void AddLimitFacts(int pid, int guard_pid, const LimitsSpec& declared, Facts& facts);

}  // namespace sandproof
