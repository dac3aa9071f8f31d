#include "harness/prove/difference.h"

#include <gtest/gtest.h>

#include "suites/property.h"

namespace sandproof {
namespace {

using IdSet = std::set<std::string>;

const IdSet kNone;

const Property kAttempt{.id = "t.attempt", .denied_by = {2}};

CheckResult ResultOf(Verdict verdict, Expectation expectation = Expectation::kBlocked,
                     Outcome outcome = Outcome::kDenied) {
  CheckResult result;
  result.check = {.property = &kAttempt, .subject = "/a", .expectation = expectation};
  result.evidence.inside = Observation{.outcome = outcome, .error = 2, .call = "open(/a)"};
  result.judgement.verdict = verdict;
  return result;
}

CheckState StateOf(Verdict verdict) {
  SandboxRun run;
  run.results = {ResultOf(verdict)};
  return StatesOf(run).asserted.at("t.attempt[/a]");
}

TEST(StatesOf, ShowsAWaivedCheckAsWhatItIs) {
  EXPECT_EQ(StateOf(Verdict::kWaived), CheckState::kRed);
  EXPECT_EQ(StateOf(Verdict::kFail), CheckState::kRed);
  EXPECT_EQ(StateOf(Verdict::kPass), CheckState::kGreen);
  EXPECT_EQ(StateOf(Verdict::kInconclusive), CheckState::kUnknown);
  EXPECT_EQ(StateOf(Verdict::kSkipped), CheckState::kSkipped);
}

TEST(StatesOf, KnowsWhatWouldBeRedIfItWereAsserted) {
  SandboxRun run;
  run.results = {ResultOf(Verdict::kSkipped, Expectation::kAny, Outcome::kReached)};
  EXPECT_EQ(StatesOf(run).unasserted_red, IdSet{"t.attempt[/a]"});
  run.results = {ResultOf(Verdict::kSkipped, Expectation::kAny, Outcome::kDenied)};
  EXPECT_EQ(StatesOf(run).unasserted_red, kNone);
}

CheckStates With(CheckState state) { return {.asserted = {{"t.a", state}}}; }

TEST(Compare, CallsRedWhatDidNotFailBefore) {
  for (const CheckState before : {CheckState::kGreen, CheckState::kUnknown, CheckState::kSkipped}) {
    EXPECT_EQ(Compare(With(before), With(CheckState::kRed), kNone).red, IdSet{"t.a"});
  }
  EXPECT_EQ(Compare(With(CheckState::kRed), With(CheckState::kRed), kNone).red, kNone);
  EXPECT_EQ(Compare(With(CheckState::kGreen), With(CheckState::kUnknown), kNone).red, kNone);
}

TEST(Compare, CallsGreenOnlyWhatFailedBefore) {
  EXPECT_EQ(Compare(With(CheckState::kRed), With(CheckState::kGreen), kNone).green, IdSet{"t.a"});
  EXPECT_EQ(Compare(With(CheckState::kUnknown), With(CheckState::kGreen), kNone).green, kNone);
}

TEST(Compare, LeavesOutWhatIsNotToBeReliedOn) {
  EXPECT_EQ(Compare(With(CheckState::kGreen), With(CheckState::kRed), {"t.a"}).red, kNone);
}

TEST(Unstable, IsWhatIsJudgedTwoWays) {
  EXPECT_EQ(Unstable(With(CheckState::kGreen), With(CheckState::kUnknown)), IdSet{"t.a"});
  EXPECT_EQ(Unstable(With(CheckState::kGreen), With(CheckState::kGreen)), kNone);
  EXPECT_EQ(Unstable(With(CheckState::kGreen), CheckStates{}), IdSet{"t.a"});
}

}  // namespace
}  // namespace sandproof
