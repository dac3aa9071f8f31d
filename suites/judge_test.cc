// The verdict rules for attempts, in the design's order.
#include "suites/judge.h"

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

// Hidden by ENOENT, let in by EINVAL, absent from kernels that say ENOTSUP.
const Property kHidden{.id = "t.hidden",
                       .denied_by = {ENOENT, EACCES},
                       .denied_by_signal = {SIGSYS},
                       .reached_by = {EINVAL},
                       .absent_by = {ENOTSUP}};

// A dropped packet: the canary counts what arrives.
const Property kCounted{
    .id = "t.counted", .denied_by = {EPERM}, .timeout_is_denial = true, .witnessed = true};

Evidence Counted(std::optional<Observation> inside, Witness witness) {
  Evidence evidence = Seen(std::move(inside));
  evidence.witness = witness;
  return evidence;
}

// Rule 1.

TEST(Judge, AReachFails) { EXPECT_EQ(Judged(kHidden, Seen(Reached())), "fail reached"); }

TEST(Judge, AnErrnoOfTheHarmlessArgumentIsAReach) {
  EXPECT_EQ(Judged(kHidden, Seen(Denied(EINVAL))), "fail reached");
}

TEST(Judge, AReachFailsWhateverTheControlsSay) {
  for (const std::optional<Observation>& control :
       {std::optional<Observation>(), std::optional(Denied(ENOSYS)), std::optional(Denied(EPERM)),
        std::optional(Denied(ENOENT)), std::optional(TimedOut()), std::optional(Killed(SIGSEGV)),
        std::optional(SetupFailed(EMFILE))}) {
    EXPECT_EQ(Judged(kHidden, Seen(Reached(), control)), "fail reached");
  }
}

TEST(Judge, AReachFailsWhenTheCanaryIsGone) {
  Evidence evidence = Seen(Reached());
  evidence.canary_alive = false;
  EXPECT_EQ(Judged(kHidden, evidence), "fail reached");
}

TEST(Judge, AReachFailsWhenTheLauncherFellSilentLater) {
  Evidence evidence = Seen(Reached());
  evidence.silence = "the launcher was killed by SIGKILL after 1 of 2 answers";
  EXPECT_EQ(Judged(kHidden, evidence), "fail reached");
}

// Rule 2.

TEST(Judge, AKernelWithoutTheFeatureIsSkipped) {
  for (const int error : {ENOSYS, EAFNOSUPPORT, ENOTSUP}) {
    EXPECT_EQ(Judged(kHidden, Seen(Denied(ENOENT), Denied(error))), "skipped feature_absent");
  }
}

TEST(Judge, ASkipSaysWhatTheControlSaw) {
  const Judgement judgement =
      Judge({.property = &kHidden}, Seen(Denied(ENOSYS), Denied(EAFNOSUPPORT)));
  EXPECT_EQ(judgement.explanation, "this host lacks it: outside, open(/c): EAFNOSUPPORT");
}

// A filter may answer ENOSYS: only the control can say that the kernel lacks the call.
TEST(Judge, EnosysInsideAloneIsNoMissingFeature) {
  EXPECT_EQ(Judged(kHidden, Seen(Denied(ENOSYS))), "inconclusive unexpected_errno");
}

TEST(Judge, EnosysInsideIsADenialWhereTheRecordSaysSo) {
  const Property filtered{.id = "t.filtered", .denied_by = {ENOSYS}};
  EXPECT_EQ(Judged(filtered, Seen(Denied(ENOSYS))), "pass denied");
}

// Where the record takes ENOSYS for nothing to try it on: a filter's answer, or an old kernel's.
TEST(Judge, EnosysInsideIsTheKernelsWhereTheControlsSayItToo) {
  const Property young{.id = "t.young", .denied_by = {EROFS}, .nothing_inside = {ENOSYS}};
  EXPECT_EQ(Judged(young, Seen(Denied(ENOSYS))), "skipped not_applicable");
  EXPECT_EQ(Judged(young, Seen(Denied(ENOSYS), Denied(ENOSYS))), "skipped feature_absent");
}

TEST(Judge, OneControlWithoutTheFeatureIsNotEnoughToSkip) {
  Evidence evidence = Seen(Denied(ENOENT));
  evidence.control_after = Denied(ENOSYS);
  EXPECT_EQ(Judged(kHidden, evidence), "inconclusive canary_lost");
  std::swap(evidence.control_before, evidence.control_after);
  EXPECT_EQ(Judged(kHidden, evidence), "inconclusive control_failed");
}

// Rule 3.

TEST(Judge, WithoutAControlThereIsNoPass) {
  EXPECT_EQ(Judged(kHidden, Seen(Denied(ENOENT), std::nullopt)), "inconclusive control_failed");
}

TEST(Judge, AControlThatDidNotGetThroughIsNoControl) {
  for (const Observation& control :
       {Denied(ENOENT), TimedOut(), Killed(SIGSYS), SetupFailed(EMFILE)}) {
    EXPECT_EQ(Judged(kHidden, Seen(Denied(ENOENT), control)), "inconclusive control_failed");
  }
}

TEST(Judge, AControlThatOnlyReachedLaterIsNoControl) {
  Evidence evidence = Seen(Denied(ENOENT));
  evidence.control_before = Denied(ENOENT);
  EXPECT_EQ(Judged(kHidden, evidence), "inconclusive control_failed");
}

TEST(Judge, ACanaryThatVanishedProvesNothing) {
  Evidence evidence = Seen(Denied(ENOENT));
  evidence.control_after = Denied(ENOENT);
  EXPECT_EQ(Judged(kHidden, evidence), "inconclusive canary_lost");
  evidence.control_after = std::nullopt;
  EXPECT_EQ(Judged(kHidden, evidence), "inconclusive canary_lost");
}

TEST(Judge, ACanaryThatDiedProvesNothingThoughBothControlsReached) {
  Evidence evidence = Seen(Denied(ENOENT));
  evidence.canary_alive = false;
  EXPECT_EQ(Judged(kHidden, evidence), "inconclusive canary_lost");
}

TEST(Judge, WhatTheIdentityMayNotDoOutsideIsNotApplicable) {
  for (const int error : {EPERM, EACCES}) {
    EXPECT_EQ(Judged(kHidden, Seen(Denied(EACCES), Denied(error))), "skipped not_applicable");
  }
}

// A limit that whoever starts the launcher has anyway is not the launcher's work.
TEST(Judge, ALimitThatHoldsOutsideIsNotApplicable) {
  const Property limited{
      .id = "t.limited", .denied_by = {EAGAIN}, .denied_by_signal = {SIGKILL}, .exhausts = true};
  EXPECT_EQ(Judged(limited, Seen(Denied(EAGAIN), Denied(EAGAIN))), "skipped not_applicable");
  EXPECT_EQ(Judged(limited, Seen(Killed(SIGKILL), Killed(SIGKILL))), "skipped not_applicable");
  EXPECT_EQ(Judged(limited, Seen(Denied(EAGAIN))), "pass denied");
  EXPECT_EQ(Judged(limited, Seen(Reached(), Denied(EAGAIN))), "fail reached");
}

// What does not exhaust has no such way out.
TEST(Judge, ADenialOutsideIsNoControl) {
  EXPECT_EQ(Judged(kHidden, Seen(Denied(ENOENT), Denied(ENOENT))), "inconclusive control_failed");
}

TEST(Judge, ARefusalOnlyAfterwardsIsALostCanary) {
  Evidence evidence = Seen(Denied(EACCES));
  evidence.control_after = Denied(EACCES);
  EXPECT_EQ(Judged(kHidden, evidence), "inconclusive canary_lost");
}

// Rule 4.

// A probe killed before it could speak must never read as a pass.
TEST(Judge, SilenceInsideIsInconclusive) {
  EXPECT_EQ(Judged(kHidden, Seen(std::nullopt)), "inconclusive probe_silent");
}

TEST(Judge, SilenceNamesWhyTheLauncherGaveNoAnswer) {
  Evidence evidence = Seen(std::nullopt, std::nullopt);
  evidence.silence = "the launcher exited with 1 before the agent had started";
  const Judgement judgement = Judge({.property = &kHidden}, evidence);
  EXPECT_EQ(testing::Said(judgement), "inconclusive probe_silent");
  EXPECT_EQ(judgement.explanation, evidence.silence);
}

// A launch that never was is no reason to skip, whatever the host lacks.
TEST(Judge, ASilentLaunchIsInconclusiveWhereTheHostLacksTheFeature) {
  Evidence evidence = Seen(std::nullopt, Denied(ENOSYS));
  evidence.silence = "the launcher exited with 0 before the agent had started";
  EXPECT_EQ(Judged(kHidden, evidence), "inconclusive probe_silent");
}

TEST(Judge, AFailedPreparationIsInconclusive) {
  EXPECT_EQ(Judged(kHidden, Seen(SetupFailed(ENOENT))), "inconclusive probe_setup_failed");
}

TEST(Judge, ATimeoutIsInconclusive) {
  EXPECT_EQ(Judged(kHidden, Seen(TimedOut())), "inconclusive timed_out");
}

// Rules 5 and 6.

TEST(Judge, AnErrnoOfTheRecordPasses) {
  for (const int error : kHidden.denied_by) {
    EXPECT_EQ(Judged(kHidden, Seen(Denied(error))), "pass denied");
  }
}

TEST(Judge, ASignalOfTheRecordPasses) {
  EXPECT_EQ(Judged(kHidden, Seen(Killed(SIGSYS))), "pass denied");
}

TEST(Judge, AnotherSignalIsInconclusiveAndNamed) {
  const Judgement judgement = Judge({.property = &kHidden}, Seen(Killed(SIGSEGV)));
  EXPECT_EQ(testing::Said(judgement), "inconclusive probe_killed");
  EXPECT_EQ(judgement.explanation, "open(/c): killed by SIGSEGV");
}

// The errno ENOENT and the signal 2 are the same number.
TEST(Judge, ASignalIsNotTakenForAnErrno) {
  EXPECT_EQ(Judged(kHidden, Seen(Killed(ENOENT))), "inconclusive probe_killed");
  EXPECT_EQ(Judged(kHidden, Seen(Killed(EINVAL))), "inconclusive probe_killed");
}

TEST(Judge, AnErrnoThatNobodyThoughtOfIsInconclusiveAndNamed) {
  for (const auto& [error, name] : {std::pair(EMFILE, "EMFILE"), std::pair(ENOMEM, "ENOMEM"),
                                    std::pair(4095, "errno 4095"), std::pair(0, "errno 0")}) {
    const Judgement judgement = Judge({.property = &kHidden}, Seen(Denied(error)));
    EXPECT_EQ(testing::Said(judgement), "inconclusive unexpected_errno");
    EXPECT_NE(judgement.explanation.find(name), std::string::npos) << judgement.explanation;
  }
}

TEST(Judge, ARecordWithoutDenialsNeverPasses) {
  const Property empty{.id = "t.empty"};
  for (int error = 0; error < 134; ++error) {
    EXPECT_EQ(Judged(empty, Seen(Denied(error))), "inconclusive unexpected_errno") << error;
  }
}

// Witnessed properties: the canary's own count decides.

TEST(Judge, WhatTheCanaryCountedFailsWhateverTheProbeBelieves) {
  for (const Observation& inside : {Denied(EPERM), TimedOut(), Killed(SIGSYS), SetupFailed(EIO)}) {
    EXPECT_EQ(Judged(kCounted, Counted(inside, {1, 1, 1})), "fail reached");
  }
}

// The worker may die between the attempt and the answer; the count alone does not say what was
// tried.
TEST(Judge, WhatTheCanaryCountedWithoutAnAnswerIsInconclusive) {
  EXPECT_EQ(Judged(kCounted, Counted(std::nullopt, {1, 1, 1})), "inconclusive probe_silent");
}

TEST(Judge, ADroppedPacketIsADenialWhereTheCanaryCountedTheControls) {
  EXPECT_EQ(Judged(kCounted, Counted(TimedOut(), {0, 1, 1})), "pass denied");
}

TEST(Judge, ADroppedPacketProvesNothingWithoutACount) {
  EXPECT_EQ(Judged(kCounted, Seen(TimedOut())), "inconclusive control_failed");
}

TEST(Judge, ACanaryThatDidNotCountTheControlsProvesNothing) {
  for (const Witness& witness : {Witness{0, 0, 1}, Witness{0, 1, 0}, Witness{0, 0, 0}}) {
    EXPECT_EQ(Judged(kCounted, Counted(Denied(EPERM), witness)), "inconclusive control_failed");
  }
}

TEST(Judge, AReachThatTheCanaryDidNotSeeIsUnproven) {
  EXPECT_EQ(Judged(kCounted, Counted(Reached(), {0, 1, 1})), "inconclusive unproven_reach");
}

// A filtering proxy, or a page that says "blocked".
TEST(Judge, AnAnswerOfSomebodyElseIsADenialWhereNothingCameToTheCanary) {
  EXPECT_EQ(Judged(kCounted, Counted(SetupFailed(EBADMSG), {0, 1, 1})), "pass denied");
  EXPECT_EQ(Judged(kCounted, Counted(SetupFailed(EBADMSG), {1, 1, 1})), "fail reached");
  EXPECT_EQ(Judged(kCounted, Seen(SetupFailed(EBADMSG))), "inconclusive control_failed");
}

TEST(Judge, AnAnswerOfSomebodyElseIsNoDenialWithoutAWitness) {
  const Property unwitnessed{.id = "t.unwitnessed", .timeout_is_denial = true};
  EXPECT_EQ(Judged(unwitnessed, Seen(SetupFailed(EBADMSG))), "inconclusive probe_setup_failed");
}

TEST(Judge, WhereSomebodyOutsideTriesTheCountDecides) {
  const Property inbound{.id = "t.inbound", .witness_decides = true, .witnessed = true};
  EXPECT_EQ(Judged(inbound, Counted(Reached(), {0, 1, 1})), "pass denied");
  EXPECT_EQ(Judged(inbound, Counted(Reached(), {1, 1, 1})), "fail reached");
  EXPECT_EQ(Judged(inbound, Counted(Reached(), {0, 1, 0})), "inconclusive control_failed");
  EXPECT_EQ(Judged(inbound, Counted(SetupFailed(EPROTO), {0, 1, 1})),
            "inconclusive probe_setup_failed");
}

TEST(Judge, ATimeoutIsNoDenialWithoutAWitness) {
  const Property unwitnessed{.id = "t.unwitnessed", .timeout_is_denial = true};
  EXPECT_EQ(Judged(unwitnessed, Seen(TimedOut())), "inconclusive timed_out");
}

TEST(Judge, ATimeoutIsNoDenialWhereTheRecordDoesNotSaySo) {
  const Property signal{.id = "t.signal", .denied_by = {ESRCH}, .witnessed = true};
  EXPECT_EQ(Judged(signal, Counted(TimedOut(), {0, 1, 1})), "inconclusive timed_out");
}

}  // namespace
}  // namespace sandproof
