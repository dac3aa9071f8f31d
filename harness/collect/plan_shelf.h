// The plans of earlier sessions, for those that are asked the same.
#pragma once

#include <memory>
#include <vector>

#include "suites/plan.h"

namespace sandproof {

class PlanShelf {
 public:
  // The plan of an earlier session with the same input, or a new one.
  //
  // Why: nearly all mutants of a sandbox are asked the same, and a plan takes as long to make as
  //      its answers to judge.
  [[nodiscard]] std::shared_ptr<const Plan> PlanFor(const PlanInput& input);

 private:
  struct Kept {
    PlanInput input = {};
    std::shared_ptr<const Plan> plan = {};
  };
  std::vector<Kept> kept_ = {};  // the newest last
};

}  // namespace sandproof
