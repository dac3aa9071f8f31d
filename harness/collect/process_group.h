// Who else is in the payload's process group.
#pragma once

#include <optional>

namespace sandproof {

// The process group of the agent, as the host numbers it, where the guard or somebody of the launch
// is in it who is not inside: another mount or PID namespace or, where the payload has the
// launcher's, a process that it did not start. nullopt: nobody is, or it cannot be told.
// Source: getpgid(2), namespaces(7).
[[nodiscard]] std::optional<int> GroupSharedOutside(int agent_pid, int guard_pid);

}  // namespace sandproof
