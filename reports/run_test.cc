#include "reports/run.h"

#include <gtest/gtest.h>

#include <vector>

#include "reports/sample_run_for_test.h"

namespace sandproof {
namespace {

SandboxRun SandboxWith(const std::vector<Verdict>& verdicts) {
  SandboxRun sandbox;
  for (const Verdict verdict : verdicts)
    sandbox.results.push_back({.judgement = {verdict, "", ""}});
  return sandbox;
}

TEST(Count, SumsEveryVerdictOfEverySandbox) {
  const Summary total = Count(sample::SampleRun());
  EXPECT_EQ(total.pass, 3);
  EXPECT_EQ(total.fail, 7);
  EXPECT_EQ(total.inconclusive, 3);
  EXPECT_EQ(total.skipped, 4);
  EXPECT_EQ(total.waived, 1);
}

TEST(ExitCode, IsZeroWhenEverythingAskedPassedOrWasWaived) {
  EXPECT_EQ(
      ExitCode({.sandboxes = {SandboxWith({Verdict::kPass, Verdict::kSkipped, Verdict::kWaived})}}),
      0);
}

TEST(ExitCode, IsOneForAFailWhateverElseIsInconclusive) {
  EXPECT_EQ(ExitCode({.sandboxes = {SandboxWith({Verdict::kFail, Verdict::kInconclusive}),
                                    SandboxRun{.launch_error = "no such launcher"}}}),
            1);
}

TEST(ExitCode, IsThreeForAnInconclusiveCheck) {
  EXPECT_EQ(ExitCode({.sandboxes = {SandboxWith({Verdict::kPass, Verdict::kInconclusive})}}), 3);
}

TEST(ExitCode, IsThreeForASandboxThatNeverStarted) {
  EXPECT_EQ(ExitCode({.sandboxes = {SandboxWith({Verdict::kPass}),
                                    SandboxRun{.launch_error = "no such launcher"}}}),
            3);
  EXPECT_EQ(ExitCode({.sandboxes = {SandboxRun{.launch_error = "no such launcher"}}}), 3);
}

TEST(ExitCode, IsThreeForASandboxOfWhichNothingWasAsked) {
  EXPECT_EQ(ExitCode({.sandboxes = {SandboxWith({Verdict::kPass}), SandboxRun{}}}), 3);
}

// "The sandbox was unavailable, every check was skipped, exit 0."
TEST(ExitCode, IsThreeForASandboxOfWhichEveryCheckWasSkipped) {
  EXPECT_EQ(ExitCode({.sandboxes = {SandboxWith({Verdict::kPass}),
                                    SandboxWith({Verdict::kSkipped, Verdict::kSkipped})}}),
            3);
}

TEST(ExitCode, IsTwoWithoutASandboxOrAResult) {
  EXPECT_EQ(ExitCode(sandproof::Run{}), 2);
  EXPECT_EQ(ExitCode({.sandboxes = {SandboxRun{}, SandboxRun{}}}), 2);
}

TEST(Shortfall, IsEmptyWhenOneCheckWasDecided) {
  EXPECT_EQ(Shortfall(SandboxWith({Verdict::kSkipped, Verdict::kWaived})), "");
}

TEST(Shortfall, IsTheLaunchErrorEvenWithResults) {
  SandboxRun sandbox = SandboxWith({Verdict::kPass});
  sandbox.launch_error = "the agent never ended";
  EXPECT_EQ(Shortfall(sandbox), "the agent never ended");
}

}  // namespace
}  // namespace sandproof
