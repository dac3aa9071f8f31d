// The supervisor of a configuration, put through every experiment and judged.
#pragma once

#include <string>
#include <vector>

#include "harness/collect/collect.h"
#include "harness/collect/outline.h"
#include "harness/result.h"
#include "harness/spec/spec.h"
#include "reports/run.h"

namespace sandproof {

// The sandboxes of the configuration, then its supervisor, as far as the options select them; the
// name in only_sandboxes is kSupervisorName.
//
// Errors: as for Collect.
[[nodiscard]] Result<Run> CollectAll(const Spec& spec, const CollectOptions& options);

// What CollectAll would judge. The children of the supervisor are those that the configuration
// names: by "children", or by its sandboxes.
[[nodiscard]] Result<std::vector<Outline>> PlanAllChecks(const Spec& spec,
                                                         const CollectOptions& options);

}  // namespace sandproof
