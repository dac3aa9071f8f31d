// Questions that are about several of a sandbox's paths at once.
#pragma once

#include "harness/driver/driver.h"
#include "suites/plan.h"

namespace sandproof {

// What lies between the paths of a sandbox: needs the subjects of `input`. Where there is no path
// to ask about, the properties are not applicable.
void AddPathLists(const LaunchPlan& launch, PlanInput& input);

}  // namespace sandproof
