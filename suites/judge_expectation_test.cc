// Attempts that must get through, what is not asserted, and what cannot be asked.
#include <gtest/gtest.h>

#include <csignal>

#include "suites/judge_for_test.h"

namespace sandproof {
namespace {

using testing::Denied;
using testing::Judged;
using testing::Killed;
using testing::Reached;
using testing::Seen;
using testing::SetupFailed;
using testing::TimedOut;

constexpr Expectation kAllowed = Expectation::kAllowed;
constexpr Expectation kAny = Expectation::kAny;

const Property kWorks{.id = "t.works", .denied_by = {ENOENT}, .reached_by = {EINVAL}};

TEST(JudgeAllowed, AReachPassesWithoutAControl) {
  EXPECT_EQ(Judged(kWorks, Seen(Reached(), std::nullopt), kAllowed), "pass reached");
}

TEST(JudgeAllowed, AnErrnoOfTheHarmlessArgumentPasses) {
  EXPECT_EQ(Judged(kWorks, Seen(Denied(EINVAL)), kAllowed), "pass reached");
}

TEST(JudgeAllowed, AnythingElseFails) {
  for (const Observation& inside :
       {Denied(ENOENT), Denied(EMFILE), TimedOut(), Killed(SIGSYS), SetupFailed(EIO)}) {
    EXPECT_EQ(Judged(kWorks, Seen(inside), kAllowed), "fail not_reached");
  }
}

TEST(JudgeAllowed, SilenceIsInconclusive) {
  EXPECT_EQ(Judged(kWorks, Seen(std::nullopt), kAllowed), "inconclusive probe_silent");
}

TEST(JudgeAny, IsSkippedAndStillReportedAsAFact) {
  for (const auto& [inside, seen] :
       {std::pair(Reached(), "open(/c): reached"), std::pair(Denied(ENOENT), "open(/c): ENOENT"),
        std::pair(Killed(SIGSYS), "open(/c): killed by SIGSYS")}) {
    const Judgement judgement = Judge({.property = &kWorks, .expectation = kAny}, Seen(inside));
    EXPECT_EQ(testing::Said(judgement), "skipped not_asserted");
    EXPECT_NE(judgement.explanation.find(seen), std::string::npos) << judgement.explanation;
  }
}

TEST(JudgeAny, SilenceIsInconclusive) {
  EXPECT_EQ(Judged(kWorks, Seen(std::nullopt), kAny), "inconclusive probe_silent");
}

TEST(Judge, WhatCannotBeAskedIsSkippedWithItsReason) {
  for (const Expectation expectation :
       {Expectation::kBlocked, kAllowed, Expectation::kRequired, kAny}) {
    const Check check{.property = &kWorks,
                      .expectation = expectation,
                      .not_applicable = "this machine has no address but loopback"};
    const Judgement judgement = Judge(check, Evidence());
    EXPECT_EQ(testing::Said(judgement), "skipped not_applicable");
    EXPECT_EQ(judgement.explanation, check.not_applicable);
  }
}

TEST(Check, ItsIdBearsItsSubject) {
  EXPECT_EQ((Check{.property = &kWorks}.Id()), "t.works");
  EXPECT_EQ((Check{.property = &kWorks, .subject = "/app"}.Id()), "t.works[/app]");
}

// A stranger must be able to act on every word that is neither pass nor fail.
TEST(Judge, EveryVerdictHasAReasonAndAnExplanation) {
  for (const Expectation expectation : {Expectation::kBlocked, kAllowed, kAny}) {
    for (const auto& inside :
         {std::optional<Observation>(), std::optional(Reached()), std::optional(Denied(ENOENT)),
          std::optional(Denied(EMFILE)), std::optional(Killed(SIGKILL)), std::optional(TimedOut()),
          std::optional(SetupFailed(EIO))}) {
      for (const auto& control :
           {std::optional<Observation>(), std::optional(Reached()), std::optional(Denied(EPERM)),
            std::optional(Denied(ENOSYS)), std::optional(TimedOut())}) {
        const Judgement judgement =
            Judge({.property = &kWorks, .expectation = expectation}, Seen(inside, control));
        EXPECT_FALSE(judgement.reason.empty());
        EXPECT_FALSE(judgement.explanation.empty()) << judgement.reason;
      }
    }
  }
}

// Whatever else is tried: a pass of a blocked attempt needs both controls and a known denial.
TEST(Judge, NoPassWithoutBothControlsAndADenial) {
  const std::vector<std::optional<Observation>> any = {
      std::nullopt,   Reached(),  Denied(ENOENT), Denied(EINVAL),  Denied(EPERM),
      Denied(ENOSYS), TimedOut(), Killed(SIGSYS), SetupFailed(EIO)};
  for (const auto& inside : any) {
    for (const auto& before : any) {
      for (const auto& after : any) {
        const Judgement judgement =
            Judge({.property = &kWorks},
                  {.inside = inside, .control_before = before, .control_after = after});
        if (judgement.verdict != Verdict::kPass) continue;
        EXPECT_EQ(inside, Denied(ENOENT));
        EXPECT_TRUE(before == Reached() || before == Denied(EINVAL));
        EXPECT_TRUE(after == Reached() || after == Denied(EINVAL));
      }
    }
  }
}

}  // namespace
}  // namespace sandproof
