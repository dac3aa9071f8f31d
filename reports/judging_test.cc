// What judging adds to a result besides its verdict.
#include "reports/judging.h"

#include <gtest/gtest.h>

#include "reports/sample_run_for_test.h"
#include "reports/text.h"

namespace sandproof {
namespace {

const Property kLoopback{.id = "net.tcp_loopback_reachable",
                         .claim = "A listener of the host's cannot be reached.",
                         .denied_by = {ECONNREFUSED},
                         .remedy = {{"command", "give it a network of its own"}}};
const Property kChannel{.id = "svc.socket_reachable_across",
                        .claim = "A listener can be reached.",
                        .control = ControlAs::kNothing,
                        .denied_by = {ECONNREFUSED},
                        .remedy = {{"command", "bind its directory"}}};

CheckResult JudgedAs(const Property& property, Expectation expectation, Outcome outcome) {
  SandboxRun sandbox;
  sandbox.results.push_back(sample::Result(
      property, "", sample::Observed("connect()", outcome, ECONNREFUSED), Judgement{}));
  sandbox.results.front().check.expectation = expectation;
  JudgeSandbox(sandbox, "2026-11-30", {});
  return sandbox.results.front();
}

TEST(JudgeSandbox, NamesTheRemedyOfTheRecord) {
  const CheckResult result = JudgedAs(kLoopback, Expectation::kBlocked, Outcome::kReached);
  EXPECT_EQ(result.judgement.verdict, Verdict::kFail);
  EXPECT_EQ(result.remedy, "give it a network of its own");
  EXPECT_EQ(ClaimText(result), kLoopback.claim);
  EXPECT_EQ(JudgedAs(kChannel, Expectation::kAllowed, Outcome::kDenied).remedy,
            "bind its directory");
}

// The record's own remedy would make it worse.
TEST(JudgeSandbox, NamesTheOppositeWhereTheOppositeIsDeclared) {
  const CheckResult refused = JudgedAs(kLoopback, Expectation::kAllowed, Outcome::kDenied);
  EXPECT_EQ(refused.judgement.verdict, Verdict::kFail);
  EXPECT_EQ(refused.remedy,
            "change the launch line, so that it lets this through, or take \"allowed\" back");
  EXPECT_EQ(ClaimText(refused),
            "Declared \"allowed\", so this is not to hold: A listener of the host's cannot be "
            "reached.");
  const CheckResult reached = JudgedAs(kChannel, Expectation::kBlocked, Outcome::kReached);
  EXPECT_EQ(reached.judgement.verdict, Verdict::kFail);
  EXPECT_EQ(reached.remedy,
            "change the launch line, so that it refuses this, or take \"blocked\" back");
}

}  // namespace
}  // namespace sandproof
