#include "reports/text.h"

#include <gtest/gtest.h>

#include "reports/sample_run_for_test.h"

namespace sandproof {
namespace {

TEST(SeenText, NamesErrnosAndSignals) {
  EXPECT_EQ(SeenText(sample::DeniedResult()), "kill(4242, 0): denied with ESRCH");
  EXPECT_EQ(SeenText(sample::KilledResult()), "reboot(bad magic): killed by SIGSYS");
}

TEST(SeenText, DoesNotCallALetInErrnoADenial) {
  EXPECT_EQ(SeenText(sample::RebootResult()), "reboot(bad magic): let in, then EINVAL");
}

TEST(SeenText, PutsTheJudgedFactFirst) {
  EXPECT_EQ(SeenText(sample::HostnameResult()), "uname(): reached · nodename=ci-7 domain=(none)");
}

TEST(SeenText, CutsLongLists) {
  CheckResult result = sample::DeniedResult();
  result.evidence.inside->facts = {{"n", {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}}};
  EXPECT_EQ(SeenText(result), "kill(4242, 0): denied with ESRCH · n=1,2,3,4,5,6,7,8 (+2)");
}

TEST(SeenText, SaysWhyThereIsNoObservation) {
  EXPECT_EQ(SeenText(sample::SilentResult()), "the agent ended after 11 of 12 answers");
}

TEST(SeenText, GivesTheWitnessItsOwnWord) {
  EXPECT_EQ(SeenText(sample::GroupSignalResult()),
            "kill(0, SIGURG): reached · the canary counted 1");
}

TEST(ControlText, IsOneWordWhenBothControlsAgree) {
  EXPECT_EQ(ControlText(sample::DeniedResult()), "before and after: reached");
}

TEST(ControlText, ShowsTheCallThatDidNotReach) {
  EXPECT_EQ(ControlText(sample::ControlFailedResult()),
            "before: reached; after: sendto(127.0.0.1:5353): denied with ECONNREFUSED · the "
            "canary was lost");
}

TEST(ControlText, ShowsTheValueOutsideOfAFact) {
  EXPECT_EQ(ControlText(sample::HostnameResult()), "before and after: reached · nodename=ci-7");
}

TEST(ControlText, SaysThatThereIsNoneAndWhy) {
  EXPECT_EQ(ControlText(sample::SilentResult()), "none: a reach is its own proof");
  EXPECT_EQ(ControlText(sample::SkippedResult(sample::kTcp6, "no IPv6")), "not run");
}

TEST(ArgvText, QuotesWhatAShellWouldSplit) {
  EXPECT_EQ(ArgvText({"bwrap", "--bind", "/my app", ""}), "bwrap --bind '/my app' ''");
  EXPECT_EQ(ArgvText({"it's"}), R"('it'\''s')");
}

TEST(SecondsText, NeverHasAnExponent) {
  EXPECT_EQ(SecondsText(std::chrono::microseconds(31)), "0.000");
  EXPECT_EQ(SecondsText(std::chrono::hours(1000)), "3600000.000");
}

}  // namespace
}  // namespace sandproof
