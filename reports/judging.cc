#include "reports/judging.h"

#include "suites/judge.h"
#include "suites/plan.h"
#include "suites/waiver.h"

namespace sandproof {

namespace {

constexpr std::size_t kDateSize = 10;  // YYYY-MM-DD

}  // namespace

void JudgeSandbox(SandboxRun& sandbox, std::string_view today,
                  const std::vector<std::string>& only) {
  Waivers waivers(sandbox.waivers, today);
  for (CheckResult& one : sandbox.results) {
    one.judgement = waivers.Apply(one.check, Judge(one.check, one.evidence), one.waiver);
    one.remedy = RemedyFor(*one.check.property, sandbox.driver);
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
