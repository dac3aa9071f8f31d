// What of a bwrap line stands behind each other, taken away together.
#pragma once

#include <vector>

#include "harness/driver/mutation.h"
#include "harness/result.h"

namespace sandproof {

// The protections of privilege, then those of mounts (read-only, over /proc), those of namespaces,
// and the whole line: each combination without all that the one before it lacks. One that holds no
// more than the one before it, or a single mutation, is left out.
//
// A line that would change the host is not launched. Errors: as for a launch.
[[nodiscard]] Result<std::vector<Combination>> BwrapCombinations(const MutationInput& input);

}  // namespace sandproof
