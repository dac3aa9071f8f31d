#include "harness/prove/difference.h"

#include <algorithm>
#include <iterator>

#include "suites/judge.h"

namespace sandproof {
namespace {

CheckState StateOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return CheckState::kGreen;
    case Verdict::kFail:
    case Verdict::kWaived:
      return CheckState::kRed;
    case Verdict::kSkipped:
      return CheckState::kSkipped;
    case Verdict::kInconclusive:
      break;
  }
  return CheckState::kUnknown;
}

// Whether a check that nobody asserts would fail if somebody did, as its record asserts it.
bool WouldFail(const CheckResult& result) {
  Check check = result.check;
  check.expectation =
      check.property->fact ? Expectation::kRequired : ExpectedIn(*check.property, Profile::kStrict);
  if (check.expectation == Expectation::kAny) check.expectation = Expectation::kBlocked;
  return Judge(check, result.evidence).verdict == Verdict::kFail;
}

}  // namespace

CheckStates StatesOf(const SandboxRun& sandbox) {
  CheckStates states;
  for (const CheckResult& result : sandbox.results) {
    const std::string id = result.check.Id();
    states.asserted[id] = StateOf(result.judgement.verdict);
    const bool is_unasserted = result.check.expectation == Expectation::kAny;
    if (is_unasserted && WouldFail(result)) states.unasserted_red.insert(id);
  }
  return states;
}

Difference Compare(const CheckStates& baseline, const CheckStates& mutant,
                   const std::set<std::string>& ignored) {
  Difference difference;
  for (const auto& [id, now] : mutant.asserted) {
    if (ignored.contains(id)) continue;
    const auto found = baseline.asserted.find(id);
    const CheckState before =
        found == baseline.asserted.end() ? CheckState::kUnknown : found->second;
    if (now == CheckState::kRed && before != CheckState::kRed) difference.red.insert(id);
    if (now == CheckState::kGreen && before == CheckState::kRed) difference.green.insert(id);
    if (now == CheckState::kUnknown && before == CheckState::kGreen) difference.unknown.insert(id);
  }
  std::ranges::set_difference(mutant.unasserted_red, baseline.unasserted_red,
                              std::inserter(difference.unasserted, difference.unasserted.end()));
  return difference;
}

std::set<std::string> Unstable(const CheckStates& before, const CheckStates& after) {
  std::set<std::string> unstable;
  for (const auto& [id, state] : before.asserted) {
    const auto found = after.asserted.find(id);
    if (found == after.asserted.end() || found->second != state) unstable.insert(id);
  }
  return unstable;
}

}  // namespace sandproof
