#include "harness/collect/borrow.h"

#include <algorithm>

#include "suites/plan.h"

namespace sandproof {
namespace {

bool IsSame(const Check& one, const Check& other) {
  return one.property == other.property && one.subject == other.subject;
}

// Mostly at the same place; elsewhere where another way in for the agent changed what is asked.
const CheckResult* Counterpart(const SandboxRun& from, const Check& check, std::size_t place) {
  if (place < from.results.size() && IsSame(from.results[place].check, check)) {
    return &from.results[place];
  }
  const auto found = std::ranges::find_if(
      from.results, [&](const CheckResult& one) { return IsSame(one.check, check); });
  return found == from.results.end() ? nullptr : &*found;
}

void MoveTo(const std::string& net_id, std::optional<Observation>& control) {
  if (!control || net_id.empty()) return;
  const auto fact = control->facts.find("net_ns");
  if (fact != control->facts.end()) fact->second = {net_id};
}

}  // namespace

void BorrowControls(const SandboxRun& from, const std::string& net_id, SandboxRun& to) {
  for (std::size_t i = 0; i < to.results.size(); ++i) {
    Evidence& evidence = to.results[i].evidence;
    const CheckResult* lender = Counterpart(from, to.results[i].check, i);
    if (lender == nullptr) continue;
    evidence.control_before = lender->evidence.control_before;
    evidence.control_after = lender->evidence.control_after;
    // What was reached inside had no second control: another run that reaches it again is one.
    if (!evidence.control_after) evidence.control_after = evidence.control_before;
    MoveTo(net_id, evidence.control_before);
    MoveTo(net_id, evidence.control_after);
    if (!evidence.witness || !lender->evidence.witness) continue;
    evidence.witness->control_before = lender->evidence.witness->control_before;
    evidence.witness->control_after = lender->evidence.control_after
                                          ? lender->evidence.witness->control_after
                                          : lender->evidence.witness->control_before;
  }
}

std::map<std::string, Observation, std::less<>> LauncherOf(const SandboxRun& from) {
  std::map<std::string, Observation, std::less<>> seen;
  for (const CheckResult& result : from.results) {
    const std::string_view probe = result.check.property->probe;
    const bool is_of_launcher =
        probe == kLauncherProbe || probe == kLogProbe || probe == kVersionProbe;
    if (is_of_launcher && result.evidence.inside) seen.emplace(probe, *result.evidence.inside);
  }
  return seen;
}

}  // namespace sandproof
