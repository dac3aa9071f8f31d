#include "harness/collect/borrow.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

const Property kProperty{.id = "t.a"};
const Property kOther{.id = "t.b"};

Observation Said(Outcome outcome, Facts facts = {}) {
  return {.outcome = outcome, .facts = std::move(facts)};
}

CheckResult ResultOf(const Property& property, const std::string& subject = "") {
  CheckResult result;
  result.check = {.property = &property, .subject = subject};
  return result;
}

TEST(BorrowControls, GivesEachCheckItsOwn) {
  SandboxRun from;
  from.results = {ResultOf(kOther), ResultOf(kProperty, "/a"), ResultOf(kProperty, "/b")};
  from.results[2].evidence.control_before = Said(Outcome::kReached);
  from.results[2].evidence.control_after = Said(Outcome::kDenied);
  SandboxRun to;
  to.results = {ResultOf(kProperty, "/b"), ResultOf(kProperty, "/c")};
  BorrowControls(from, "", to);
  EXPECT_EQ(to.results[0].evidence.control_before->outcome, Outcome::kReached);
  EXPECT_EQ(to.results[0].evidence.control_after->outcome, Outcome::kDenied);
  EXPECT_FALSE(to.results[1].evidence.control_before);
}

TEST(BorrowControls, MovesTheControlToTheOtherNetwork) {
  SandboxRun from;
  from.results = {ResultOf(kProperty)};
  from.results[0].evidence.control_before = Said(Outcome::kReached, {{"net_ns", {"1"}}});
  SandboxRun to;
  to.results = {ResultOf(kProperty)};
  BorrowControls(from, "2", to);
  EXPECT_EQ(*to.results[0].evidence.control_before->Fact("net_ns"), "2");
}

TEST(BorrowControls, KeepsWhatTheCanaryCountedInside) {
  SandboxRun from;
  from.results = {ResultOf(kProperty)};
  from.results[0].evidence.control_after = Said(Outcome::kReached);
  from.results[0].evidence.witness = Witness{.inside = 7, .control_before = 2, .control_after = 3};
  SandboxRun to;
  to.results = {ResultOf(kProperty)};
  to.results[0].evidence.witness = Witness{.inside = 1};
  BorrowControls(from, "", to);
  EXPECT_EQ(to.results[0].evidence.witness,
            (Witness{.inside = 1, .control_before = 2, .control_after = 3}));
}

}  // namespace
}  // namespace sandproof
