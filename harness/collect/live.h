// A sandbox that somebody's own launcher starts, and that serves when it has been judged.
#pragma once

#include <functional>
#include <vector>

#include "harness/process/guarded_launch.h"

namespace sandproof {

struct LiveSandbox {
  std::function<AdoptedLaunch()> adopt = {};  // its agent's; called once
  int channel = -1;                           // the number of the agent's socket inside
  std::vector<int> taken = {};                // numbers at which the launcher got no canary
};

}  // namespace sandproof
