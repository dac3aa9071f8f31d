#include "reports/run.h"

#include <algorithm>

namespace sandproof {

namespace {

int& CounterOf(Summary& summary, Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return summary.pass;
    case Verdict::kFail:
      return summary.fail;
    case Verdict::kSkipped:
      return summary.skipped;
    case Verdict::kWaived:
      return summary.waived;
    case Verdict::kInconclusive:
      break;
  }
  return summary.inconclusive;
}

bool WasAsked(const SandboxRun& sandbox) {
  return !sandbox.results.empty() || !sandbox.launch_error.empty();
}

}  // namespace

Summary Count(const SandboxRun& sandbox) {
  Summary summary;
  for (const CheckResult& result : sandbox.results) {
    ++CounterOf(summary, result.judgement.verdict);
  }
  return summary;
}

Summary Count(const Run& run) {
  Summary total;
  for (const SandboxRun& sandbox : run.sandboxes) {
    const Summary summary = Count(sandbox);
    total.pass += summary.pass;
    total.fail += summary.fail;
    total.inconclusive += summary.inconclusive;
    total.skipped += summary.skipped;
    total.waived += summary.waived;
  }
  return total;
}

std::string Shortfall(const SandboxRun& sandbox) {
  if (!sandbox.launch_error.empty()) return sandbox.launch_error;
  if (sandbox.results.empty()) return "nothing was asked of this sandbox";
  const bool is_all_skipped = std::ranges::all_of(sandbox.results, [](const CheckResult& result) {
    return result.judgement.verdict == Verdict::kSkipped;
  });
  return is_all_skipped ? "every check was skipped, so nothing was shown" : "";
}

int ExitCode(const Run& run) {
  const Summary total = Count(run);
  if (total.fail > 0 || !run.lacking.empty()) return 1;
  if (std::ranges::none_of(run.sandboxes, WasAsked)) return 2;
  const bool is_short = std::ranges::any_of(
      run.sandboxes, [](const SandboxRun& sandbox) { return !Shortfall(sandbox).empty(); });
  return total.inconclusive > 0 || is_short ? 3 : 0;
}

}  // namespace sandproof
