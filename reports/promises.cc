#include "reports/promises.h"

namespace sandproof {

namespace {

// Where the opposite is expected, what an argument refuses fails, and the argument keeps its word.
Verdict OfPromise(const CheckResult& result) {
  const Verdict verdict = result.judgement.verdict;
  if (!result.check.IsContrary()) return verdict;
  if (verdict == Verdict::kPass) return Verdict::kFail;
  return verdict == Verdict::kFail || verdict == Verdict::kWaived ? Verdict::kPass : verdict;
}

PromiseState Worse(PromiseState state, Verdict verdict) {
  switch (verdict) {
    case Verdict::kFail:
      return PromiseState::kBroken;
    case Verdict::kWaived:
      return state == PromiseState::kBroken ? state : PromiseState::kWaived;
    case Verdict::kInconclusive: {
      const bool is_worse = state == PromiseState::kBroken || state == PromiseState::kWaived;
      return is_worse ? state : PromiseState::kDoubtful;
    }
    case Verdict::kPass:
      return state == PromiseState::kUntested ? PromiseState::kKept : state;
    case Verdict::kSkipped:
      break;
  }
  return state;
}

}  // namespace

std::string_view Name(PromiseState state) {
  switch (state) {
    case PromiseState::kKept:
      return "kept";
    case PromiseState::kBroken:
      return "broken";
    case PromiseState::kWaived:
      return "waived";
    case PromiseState::kDoubtful:
      return "doubtful";
    case PromiseState::kUntested:
      break;
  }
  return "untested";
}

std::vector<PromiseReport> PromisesOf(const SandboxRun& sandbox) {
  std::vector<PromiseReport> reports;
  for (const std::string& text : sandbox.promises) {
    PromiseReport& report = reports.emplace_back(PromiseReport{.text = text});
    for (const CheckResult& result : sandbox.results) {
      if (result.promised_by != text) continue;
      report.state = Worse(report.state, OfPromise(result));
      if (OfPromise(result) == Verdict::kFail) report.broken_by.push_back(&result);
    }
  }
  return reports;
}

std::vector<const CheckResult*> UnpromisedOf(const SandboxRun& sandbox) {
  std::vector<const CheckResult*> unpromised;
  if (sandbox.promises.empty()) return unpromised;
  for (const CheckResult& result : sandbox.results) {
    // That something works needs no promise of a protection, and neither does a sound launch line.
    const bool is_protection = result.check.expectation != Expectation::kAllowed &&
                               Family(*result.check.property) != "launcher";
    const bool is_backed = !result.promised_by.empty() || !result.upheld_by.empty();
    if (result.judgement.verdict == Verdict::kPass && is_protection && !is_backed) {
      unpromised.push_back(&result);
    }
  }
  return unpromised;
}

}  // namespace sandproof
