// Several attempts one after another in one child, and in a new one after each that kills it.
#pragma once

#include <functional>
#include <vector>

#include "probes/agent/probe.h"

namespace sandproof::probes {

using Attempt = std::function<Observation()>;

// The answer of each attempt, in order; `killed` or `timeout` for one that its child died of.
//
// Errors: a single setup_failed where no child can be had.
[[nodiscard]] std::vector<Observation> TryEach(const Request& request,
                                               const std::vector<Attempt>& attempts);

}  // namespace sandproof::probes
