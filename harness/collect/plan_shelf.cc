#include "harness/collect/plan_shelf.h"

#include <algorithm>
#include <ranges>

#include "suites/catalogue/catalogue.h"

namespace sandproof {

std::shared_ptr<const Plan> PlanShelf::PlanFor(const PlanInput& input) {
  constexpr std::size_t kMost = 16;
  const auto newest_first = kept_ | std::views::reverse;
  const auto found = std::ranges::find(newest_first, input, &Kept::input);
  if (found != newest_first.end()) return found->plan;
  if (kept_.size() == kMost) kept_.erase(kept_.begin());
  auto plan = std::make_shared<const Plan>(MakePlan(Catalogue(), input));
  kept_.push_back({.input = input, .plan = plan});
  return plan;
}

}  // namespace sandproof
