#include "harness/collect/limit_story.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>

namespace sandproof {
namespace {

Observation Limited(Outcome outcome, int error, const std::string& taken) {
  return {.probe = "limit/memory",
          .outcome = outcome,
          .error = error,
          .call = "touch(after " + taken + ")",
          .facts = {{"taken", {taken}}}};
}

Observation Spun(const std::string& used_us) {
  return {.probe = "limit/spin",
          .outcome = Outcome::kReached,
          .call = "spin(8 processes)",
          .facts = {{"used_us", {used_us}}, {"wall_us", {"300000"}}}};
}

// Anybody may have sent the signal.
TEST(LimitStory, ADeathThatNoCgroupCountedShowsNoLimit) {
  const Observation told = Explained(Limited(Outcome::kKilled, SIGKILL, "100"), {});
  EXPECT_EQ(told.outcome, Outcome::kSetupFailed);
  EXPECT_EQ(told.call,
            "touch(after 100; killed by SIGKILL, and no cgroup counted that as for lack of "
            "memory)");
}

TEST(LimitStory, ADeathThatACgroupCountedIsItsLimit) {
  const Observation told = Explained(Limited(Outcome::kKilled, SIGKILL, "100"),
                                     {.declared = 120, .counted_by = "/m/memory.events"});
  EXPECT_EQ(told.outcome, Outcome::kKilled);
  EXPECT_EQ(*told.Fact("limited_by"), "/m/memory.events");
}

TEST(LimitStory, ALimitFarBelowTheDeclaredOneIsAnother) {
  const Observation told = Explained(Limited(Outcome::kDenied, EAGAIN, "10"),
                                     {.declared = 64, .rlimit = "RLIMIT_NPROC 12"});
  EXPECT_EQ(told.outcome, Outcome::kSetupFailed);
  EXPECT_EQ(told.error, EAGAIN);
  EXPECT_NE(told.call.find("far below the declared 64"), std::string::npos);
}

TEST(LimitStory, ALimitNearTheDeclaredOneIsIt) {
  const Observation told = Explained(Limited(Outcome::kDenied, EAGAIN, "60"),
                                     {.declared = 64, .rlimit = "RLIMIT_NPROC 64"});
  EXPECT_EQ(told.outcome, Outcome::kDenied);
  EXPECT_EQ(*told.Fact("limited_by"), "RLIMIT_NPROC 64");
}

TEST(LimitStory, AReachStaysAReach) {
  const Observation told =
      Explained(Limited(Outcome::kReached, 0, "10"), {.declared = 64, .counted_by = "/x"});
  EXPECT_EQ(told.outcome, Outcome::kReached);
}

TEST(LimitStory, TimeAboveTheQuotaIsAReach) {
  const Observation told = Explained(Spun("290000"), {.cpus = 0.5, .period_ms = 100});
  EXPECT_EQ(told.facts.at("over_quota").size(), 1U);
}

TEST(LimitStory, TimeWithinTheQuotaCountsOnlyWhereItWasThrottled) {
  const LimitContext busy{.cpus = 0.5, .period_ms = 100};
  const Observation untold = Explained(Spun("150000"), busy);
  EXPECT_EQ(untold.outcome, Outcome::kSetupFailed);
  EXPECT_TRUE(IsOfBusyMachine(untold));
  LimitContext throttled = busy;
  throttled.counted_by = "/cpu.stat";
  const Observation told = Explained(Spun("150000"), throttled);
  EXPECT_TRUE(told.facts.at("over_quota").empty());
  EXPECT_FALSE(IsOfBusyMachine(told));
}

TEST(LimitStory, AnAgentThatWentWithItsCgroupWasKilled) {
  const Observation told = EndedWithoutMemory("limit/memory", "/m/memory.events");
  EXPECT_EQ(told.outcome, Outcome::kKilled);
  EXPECT_EQ(told.error, SIGKILL);
}

}  // namespace
}  // namespace sandproof
