// Waiting for a process that is traced.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

namespace sandproof {

// The next wait status of a tracee, which need be no child of ours. nullopt, with errno: ETIMEDOUT,
// or what waitpid(2) says.
[[nodiscard]] std::optional<int> AwaitTracee(pid_t pid,
                                             std::chrono::steady_clock::time_point deadline);

}  // namespace sandproof
