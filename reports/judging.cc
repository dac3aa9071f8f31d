#include "reports/judging.h"

#include "suites/judge.h"
#include "suites/plan.h"
#include "suites/waiver.h"

namespace sandproof {

namespace {

constexpr std::size_t kDateSize = 10;  // YYYY-MM-DD

// The record's remedy brings its claim about, which is not what everybody expects.
std::string_view RemedyOf(const Check& check, std::string_view driver) {
  if (!check.IsContrary()) return RemedyFor(*check.property, driver);
  return check.expectation == Expectation::kAllowed
             ? "change the launch line, so that it lets this through, or take \"allowed\" back"
             : "change the launch line, so that it refuses this, or take \"blocked\" back";
}

}  // namespace

void JudgeSandbox(SandboxRun& sandbox, std::string_view today,
                  const std::vector<std::string>& only) {
  Waivers waivers(sandbox.waivers, today);
  for (CheckResult& one : sandbox.results) {
    one.judgement = waivers.Apply(one.check, Judge(one.check, one.evidence), one.waiver);
    one.remedy = RemedyOf(one.check, sandbox.driver);
  }
  const bool is_whole = only.empty() && sandbox.launch_error.empty();
  if (is_whole) sandbox.warnings = waivers.Warnings();
}

void JudgeAgain(Run& run, const std::vector<std::string>& only) {
  if (!only.empty()) run.only = only;
  const Selection selection(only);
  for (SandboxRun& sandbox : run.sandboxes) {
    std::erase_if(sandbox.results,
                  [&](const CheckResult& result) { return !selection.Has(result.check.Id()); });
    JudgeSandbox(sandbox, run.started_at.substr(0, kDateSize), run.only);
  }
  run.exit_code = ExitCode(run);
}

}  // namespace sandproof
