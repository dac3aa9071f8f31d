#include "suites/part.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>

namespace sandproof {

namespace {

const Property kPtrace{.id = "t.ptrace", .params = {{kPart, "ptrace"}}};

Observation Group(const std::string& text) {
  return {.probe = "sys/harmless_call",
          .outcome = Outcome::kReached,
          .call = "calls",
          .facts = {{"ptrace", {text}}}};
}

}  // namespace

TEST(Part, IsAnAttemptOfItsOwn) {
  const Observation part = PartOf(kPtrace, Group("denied 1 filter ptrace(PTRACE_TRACEME, 0)"));
  EXPECT_EQ(part.outcome, Outcome::kDenied);
  EXPECT_EQ(part.error, EPERM);
  EXPECT_EQ(part.call, "ptrace(PTRACE_TRACEME, 0)");
  EXPECT_EQ(*part.Fact("refused_by"), "filter");
}

TEST(Part, NamesTheSignalThatKilledIt) {
  const Observation part = PartOf(kPtrace, Group("killed 31 filter ptrace()"));
  EXPECT_EQ(part.outcome, Outcome::kKilled);
  EXPECT_EQ(part.error, SIGSYS);
}

TEST(Part, NobodyRefusesAReach) {
  EXPECT_EQ(PartOf(kPtrace, Group("reached 0 - ptrace()")).Fact("refused_by"), nullptr);
}

// A group that was cut short, or speaks nonsense, is no denial and no reach.
TEST(Part, WhatCannotBeReadIsASetupFailure) {
  for (const char* text : {"", "denied", "denied x filter ptrace()", "refused 1 filter ptrace()"}) {
    EXPECT_EQ(PartOf(kPtrace, Group(text)).outcome, Outcome::kSetupFailed) << text;
  }
  Observation without = Group("");
  without.facts.clear();
  EXPECT_EQ(PartOf(kPtrace, without).outcome, Outcome::kSetupFailed);
}

TEST(Part, AGroupThatDiedIsHandedBack) {
  const Observation killed{.outcome = Outcome::kKilled, .error = SIGKILL, .call = "calls"};
  EXPECT_EQ(PartOf(kPtrace, killed), killed);
}

TEST(Part, APropertyWithoutAPartTakesTheWhole) {
  const Observation whole = Group("denied 1 filter ptrace()");
  EXPECT_EQ(PartOf(Property{.id = "t.whole"}, whole), whole);
}

}  // namespace sandproof
