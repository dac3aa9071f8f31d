// Facts: exact comparison, with the host's own value as the control.
#include <gtest/gtest.h>

#include "suites/judge_for_test.h"

namespace sandproof {
namespace {

using testing::Denied;
using testing::Seen;

Observation Fact(std::vector<std::string> values) {
  Observation observation = testing::Reached();
  observation.facts["f"] = std::move(values);
  return observation;
}

Observation Cut(std::vector<std::string> values) {
  Observation observation = Fact(std::move(values));
  observation.facts["truncated"] = {"true"};
  return observation;
}

Property With(Comparison comparison, std::vector<std::string_view> values = {}) {
  return {.id = "t.fact", .absent_by = {ENOENT}, .fact = FactRule{"f", comparison, values}};
}

Judgement JudgementOf(const Property& property, const Evidence& evidence,
                      std::vector<std::string> expected = {}) {
  return Judge({.property = &property,
                .expectation = Expectation::kRequired,
                .expected = std::move(expected)},
               evidence);
}

std::string JudgedFact(const Property& property, const Evidence& evidence,
                       std::vector<std::string> expected = {}) {
  return testing::Said(JudgementOf(property, evidence, std::move(expected)));
}

const Property kOne = With(Comparison::kEquals, {"1"});
const Property kWithin = With(Comparison::kWithin, {"lo"});
const Property kEmpty = With(Comparison::kEmpty);
const Property kDiffers = With(Comparison::kDiffersFromOutside);

const Property kShares = With(Comparison::kSharesNothing);
const Property kNothingMore = With(Comparison::kNothingMore);

TEST(JudgeFact, WhatBothHaveByItsFirstWordIsViolated) {
  const Judgement judgement =
      JudgementOf(kShares, Seen(Fact({"shared:1 /a", "shared:2 /b"}), Fact({"shared:2 /c"})));
  EXPECT_EQ(testing::Said(judgement), "fail violated");
  EXPECT_EQ(judgement.explanation, "f: shared:2 /b");
}

TEST(JudgeFact, WhatOnlyOneSideHasIsNotShared) {
  EXPECT_EQ(JudgedFact(kShares, Seen(Fact({"shared:1 /a"}), Fact({"shared:11 /a"}))), "pass holds");
  EXPECT_EQ(JudgedFact(kShares, Seen(Fact({}), Fact({"shared:1 /a"}))), "pass holds");
}

TEST(JudgeFact, WhatTheControlReadTooIsNothingMore) {
  EXPECT_EQ(JudgedFact(kNothingMore, Seen(Fact({"a"}), Fact({"a", "b"}))), "pass holds");
  EXPECT_EQ(JudgedFact(kNothingMore, Seen(Fact({}), Fact({}))), "pass holds");
}

TEST(JudgeFact, OnlyWhatTheControlDidNotReadIsShown) {
  const Judgement judgement =
      JudgementOf(kNothingMore, Seen(Fact({"read /a", "write /a"}), Fact({"read /a"})));
  EXPECT_EQ(testing::Said(judgement), "fail violated");
  EXPECT_EQ(judgement.explanation, "f: write /a");
}

// Everything is more than nothing that was read.
TEST(JudgeFact, WithoutAControlNothingIsMore) {
  EXPECT_EQ(JudgedFact(kNothingMore, Seen(Fact({"a"}), std::nullopt)),
            "inconclusive control_failed");
}

TEST(JudgeFact, WhereNothingIsOutsideNothingCouldBeShared) {
  EXPECT_EQ(JudgedFact(kShares, Seen(Fact({"shared:1 /a"}), Fact({}))), "skipped not_applicable");
}

TEST(JudgeFact, WithoutAControlNothingIsKnownToBeUnshared) {
  EXPECT_EQ(JudgedFact(kShares, Seen(Fact({}), std::nullopt)), "inconclusive control_failed");
}

TEST(JudgeFact, TheEqualValueHolds) {
  EXPECT_EQ(JudgedFact(kOne, Seen(Fact({"1"}), Fact({"0"}))), "pass holds");
}

TEST(JudgeFact, AnotherValueIsViolatedAndShown) {
  const Judgement judgement = JudgementOf(kOne, Seen(Fact({"0"}), Fact({"0"})));
  EXPECT_EQ(testing::Said(judgement), "fail violated");
  EXPECT_EQ(judgement.explanation, "f: 0");
}

TEST(JudgeFact, NoValueAndTwoValuesAreNotEqualToOne) {
  EXPECT_EQ(JudgedFact(kOne, Seen(Fact({}), Fact({"0"}))), "fail violated");
  EXPECT_EQ(JudgedFact(kOne, Seen(Fact({"1", "1"}), Fact({"0"}))), "fail violated");
}

TEST(JudgeFact, ValuesWithinTheRecordOrTheCheckHold) {
  EXPECT_EQ(JudgedFact(kWithin, Seen(Fact({"lo", "app"}), Fact({"eth0"})), {"app"}), "pass holds");
}

TEST(JudgeFact, OnlyStrangersAreShown) {
  const Judgement judgement = JudgementOf(kWithin, Seen(Fact({"lo", "eth0"}), Fact({"eth0"})));
  EXPECT_EQ(testing::Said(judgement), "fail violated");
  EXPECT_EQ(judgement.explanation, "f: eth0");
}

TEST(JudgeFact, AnEmptyListHoldsAndAnyValueViolatesIt) {
  EXPECT_EQ(JudgedFact(kEmpty, Seen(Fact({}), Fact({"x"}))), "pass holds");
  EXPECT_EQ(JudgedFact(kEmpty, Seen(Fact({"x"}), Fact({"x"}))), "fail violated");
}

TEST(JudgeFact, AValueThatDiffersFromOutsideHolds) {
  EXPECT_EQ(JudgedFact(kDiffers, Seen(Fact({"42"}), Fact({"41"}))), "pass holds");
}

TEST(JudgeFact, TheValueOfOutsideIsViolated) {
  EXPECT_EQ(JudgedFact(kDiffers, Seen(Fact({"41"}), Fact({"41"}))), "fail violated");
}

// Nothing is never different from something by what the sandbox did.
TEST(JudgeFact, AnEmptyListInsideDiffersFromNothing) {
  EXPECT_EQ(JudgedFact(kDiffers, Seen(Fact({}), Fact({"41"}))), "inconclusive probe_setup_failed");
}

TEST(JudgeFact, WithoutTheValueOutsideThereIsNothingToDifferFrom) {
  for (const std::optional<Observation>& control :
       {std::optional<Observation>(), std::optional(Fact({})), std::optional(Denied(EACCES)),
        std::optional(testing::Reached())}) {
    EXPECT_EQ(JudgedFact(kDiffers, Seen(Fact({"42"}), control)), "inconclusive control_failed");
  }
}

TEST(JudgeFact, WithoutTheControlThereIsNoPass) {
  for (const Property& property : {kOne, kWithin, kEmpty}) {
    const std::vector<std::string> good =
        property.fact->comparison == Comparison::kEmpty
            ? std::vector<std::string>()
            : std::vector<std::string>{std::string(property.fact->values[0])};
    EXPECT_EQ(JudgedFact(property, Seen(Fact(good), std::nullopt)), "inconclusive control_failed");
    EXPECT_EQ(JudgedFact(property, Seen(Fact(good), Denied(EACCES))),
              "inconclusive control_failed");
  }
}

TEST(JudgeFact, AViolationNeedsNoControl) {
  EXPECT_EQ(JudgedFact(kOne, Seen(Fact({"0"}), std::nullopt)), "fail violated");
}

TEST(JudgeFact, ARecordMayDoWithoutAControl) {
  Property alone = kOne;
  alone.control = ControlAs::kNothing;
  EXPECT_EQ(JudgedFact(alone, Seen(Fact({"1"}), std::nullopt)), "pass holds");
}

TEST(JudgeFact, SilenceIsInconclusive) {
  EXPECT_EQ(JudgedFact(kOne, Seen(std::nullopt, Fact({"0"}))), "inconclusive probe_silent");
}

TEST(JudgeFact, AFactThatWasNotReadIsInconclusive) {
  for (const Observation& inside : {testing::Reached(), Denied(EACCES), testing::TimedOut(),
                                    testing::Killed(9), testing::SetupFailed(EIO)}) {
    EXPECT_EQ(JudgedFact(kOne, Seen(inside, Fact({"0"}))), "inconclusive probe_setup_failed");
  }
}

// A probe that failed may have put down some facts before it did.
TEST(JudgeFact, AFactOfAFailedProbeCountsForNothing) {
  Observation inside = Fact({"1"});
  inside.outcome = Outcome::kDenied;
  inside.error = EACCES;
  EXPECT_EQ(JudgedFact(kOne, Seen(inside, Fact({"0"}))), "inconclusive probe_setup_failed");
}

TEST(JudgeFact, WhatDoesNotExistInsideIsSkipped) {
  EXPECT_EQ(JudgedFact(kOne, Seen(Denied(ENOENT), Fact({"0"}))), "skipped not_applicable");
}

// A list that is cut could hide the very entry that matters.
TEST(JudgeFact, AListThatWasCutNeverHolds) {
  EXPECT_EQ(JudgedFact(kWithin, Seen(Cut({"lo"}), Fact({"lo"}))),
            "inconclusive probe_setup_failed");
  EXPECT_EQ(JudgedFact(kEmpty, Seen(Cut({}), Fact({"x"}))), "inconclusive probe_setup_failed");
  EXPECT_EQ(JudgedFact(kDiffers, Seen(Cut({"a"}), Fact({"b"}))), "inconclusive probe_setup_failed");
}

TEST(JudgeFact, AStrangerInAListThatWasCutIsViolated) {
  EXPECT_EQ(JudgedFact(kWithin, Seen(Cut({"eth0"}), Fact({"lo"}))), "fail violated");
}

TEST(JudgeFact, ALongListIsShownInPart) {
  const std::vector<std::string> many(100, "x");
  EXPECT_EQ(JudgementOf(kEmpty, Seen(Fact(many), Fact(many))).explanation,
            "f: x x x x x x x x x x x x and 88 more");
}

}  // namespace
}  // namespace sandproof
