#include "harness/collect/borrow.h"

#include <algorithm>

#include "suites/plan.h"

namespace sandproof {
namespace {

bool IsSame(const Check& one, const Check& other) {
  return one.property == other.property && one.subject == other.subject;
}

// The lender's checks, asked for in their order, with gaps: not every check is asked again.
class Counterparts {
 public:
  explicit Counterparts(const SandboxRun& from) : results_(from.results) {}

  const CheckResult* Of(const Check& check) {
    for (std::size_t tried = 0; tried < results_.size(); ++tried) {
      const CheckResult& one = results_[next_];
      next_ = (next_ + 1) % results_.size();
      if (IsSame(one.check, check)) return &one;
    }
    return nullptr;
  }

 private:
  const std::vector<CheckResult>& results_;
  std::size_t next_ = 0;
};

void MoveTo(const std::string& net_id, std::optional<Observation>& control) {
  if (!control || net_id.empty()) return;
  const auto fact = control->facts.find("net_ns");
  if (fact != control->facts.end()) fact->second = {net_id};
}

}  // namespace

void BorrowControls(const SandboxRun& from, const std::string& net_id, SandboxRun& to) {
  Counterparts lenders(from);
  for (CheckResult& result : to.results) {
    Evidence& evidence = result.evidence;
    const CheckResult* const lender = lenders.Of(result.check);
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
