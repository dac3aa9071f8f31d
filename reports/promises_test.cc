#include "reports/promises.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

const Property kIsolated{.id = "net.ns_is_own"};
const Property kLine{.id = "launcher.unused_bind"};

CheckResult Judged(Verdict verdict, std::string promised_by, std::string upheld_by = "") {
  return {.check = {.property = &kIsolated},
          .judgement = {.verdict = verdict},
          .promised_by = std::move(promised_by),
          .upheld_by = std::move(upheld_by)};
}

PromiseState StateOf(std::vector<CheckResult> results) {
  const SandboxRun sandbox{.promises = {"--unshare-net"}, .results = std::move(results)};
  return PromisesOf(sandbox).at(0).state;
}

TEST(Promises, AreKeptWhereSomethingShowedIt) {
  EXPECT_EQ(StateOf({Judged(Verdict::kPass, "--unshare-net")}), PromiseState::kKept);
  EXPECT_EQ(StateOf({Judged(Verdict::kPass, "--unshare-pid")}), PromiseState::kUntested);
  EXPECT_EQ(StateOf({Judged(Verdict::kSkipped, "--unshare-net")}), PromiseState::kUntested);
}

TEST(Promises, AreBrokenByOneFailure) {
  EXPECT_EQ(
      StateOf({Judged(Verdict::kFail, "--unshare-net"), Judged(Verdict::kPass, "--unshare-net"),
               Judged(Verdict::kInconclusive, "--unshare-net")}),
      PromiseState::kBroken);
}

TEST(Promises, AreInDoubtWhereSomethingWasNotTold) {
  EXPECT_EQ(StateOf({Judged(Verdict::kPass, "--unshare-net"),
                     Judged(Verdict::kInconclusive, "--unshare-net")}),
            PromiseState::kDoubtful);
}

// "allowed" is declared, and --unshare-net refuses it: that is no promise broken.
TEST(Promises, AreKeptByWhatFailsBecauseTheOppositeIsDeclared) {
  CheckResult result = Judged(Verdict::kFail, "--unshare-net");
  result.check.expectation = Expectation::kAllowed;
  EXPECT_EQ(StateOf({result}), PromiseState::kKept);
  result.judgement.verdict = Verdict::kWaived;
  EXPECT_EQ(StateOf({result}), PromiseState::kKept);
  result.judgement.verdict = Verdict::kPass;
  EXPECT_EQ(StateOf({result}), PromiseState::kBroken);
}

TEST(Promises, SayWhatHoldsThoughNobodyPromisedIt) {
  SandboxRun sandbox{
      .promises = {"--unshare-net"},
      .results = {Judged(Verdict::kPass, "--unshare-net"), Judged(Verdict::kPass, "", "bwrap"),
                  Judged(Verdict::kFail, ""), Judged(Verdict::kPass, "")}};
  EXPECT_EQ(UnpromisedOf(sandbox), std::vector<const CheckResult*>{&sandbox.results[3]});
  sandbox.results[3].check.property = &kLine;
  EXPECT_TRUE(UnpromisedOf(sandbox).empty());
}

// A driver that reads no promises must not make everything look accidental.
TEST(Promises, OfAnUnknownLauncherNothingIsUnpromised) {
  EXPECT_TRUE(UnpromisedOf({.results = {Judged(Verdict::kPass, "")}}).empty());
}

}  // namespace
}  // namespace sandproof
