#include "harness/prove/depth.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

const Property kHidden{.id = "t.a"};
const Property kOfLine{.id = "launcher.a"};
const std::set<std::string> kNothing;

CheckStates StatesWith(const std::set<std::string>& reds) {
  CheckStates states;
  for (const char* id : {"t.a", "t.b"}) {
    states.asserted[id] = reds.contains(id) ? CheckState::kRed : CheckState::kGreen;
  }
  return states;
}

DepthTrial DepthOf(const std::string& id, const std::set<std::string>& reds) {
  return {.combination = {.ids = {id}, .line = MutantLine{}},
          .run = {.was_run = true, .has_started = true, .states = StatesWith(reds)}};
}

std::vector<DepthProof> ProofsOf(const std::vector<DepthTrial>& depths,
                                 std::set<std::string> proven = {}) {
  return DepthsOf(depths, {}, StatesWith({}), kNothing, proven);
}

// What passed, with an expectation.
SandboxRun Passed(const Property& property, Expectation expectation = Expectation::kBlocked) {
  SandboxRun run;
  run.results.push_back({.check = {.property = &property, .expectation = expectation},
                         .judgement = {.verdict = Verdict::kPass}});
  return run;
}

std::string WhyOf(const SandboxRun& run, const std::vector<DepthTrial>& depths) {
  const std::vector<Unproven> unproven = UnprovenOf(run, depths, {});
  return unproven.empty() ? "(proven)" : unproven.front().why;
}

TEST(Depths, CountOnlyWhatFewerDidNotTurnRed) {
  const std::vector<DepthProof> proofs =
      ProofsOf({DepthOf("few", {"t.a"}), DepthOf("many", {"t.a", "t.b"})});
  ASSERT_EQ(proofs.size(), 2U);
  EXPECT_EQ(proofs[0].turned_red, std::vector<std::string>{"t.a"});
  EXPECT_EQ(proofs[1].turned_red, std::vector<std::string>{"t.b"});
}

TEST(Depths, CountNothingThatOneProtectionTurnedRed) {
  EXPECT_TRUE(ProofsOf({DepthOf("few", {"t.a"})}, {"t.a"}).front().turned_red.empty());
}

TEST(Depths, SayWhatDidNotStart) {
  DepthTrial depth = DepthOf("few", {});
  depth.run = {.was_run = true, .failure = "bwrap: no"};
  EXPECT_EQ(ProofsOf({depth}).front().explanation, "bwrap: no");
  depth.run = {};
  EXPECT_EQ(ProofsOf({depth}).front().explanation, "the budget was used up");
  EXPECT_FALSE(ProofsOf({depth}).front().was_run);
}

// What is not launched for the host's sake was not forgotten.
TEST(Depths, AreWholeWithoutWhatMayNotBeLaunched) {
  const DepthTrial depth{.combination = {.ids = {"few"}, .unobservable = "not launched: …"}};
  const DepthProof proof = ProofsOf({depth}).front();
  EXPECT_TRUE(proof.was_run);
  EXPECT_EQ(proof.explanation, "not launched: …");
}

TEST(Unproven, IsWhatPassesWithoutTheWholeLine) {
  DepthTrial depth = DepthOf("the whole launch line → dropped", {});
  depth.run.judgements["t.a"] = {.verdict = Verdict::kPass};
  EXPECT_EQ(WhyOf(Passed(kHidden), {depth}),
            "this kernel, this host or whoever starts it holds it: it passes without the whole "
            "launch line, too");
}

// The last that still said something, not the last.
TEST(Unproven, IsExplainedByTheLastThatSaidSomething) {
  DepthTrial few = DepthOf("--x → dropped", {});
  DepthTrial many = DepthOf("the whole launch line → dropped", {});
  few.run.judgements["t.a"] = {.verdict = Verdict::kPass};
  many.run.judgements["t.a"] = {.verdict = Verdict::kInconclusive, .explanation = "ENOENT"};
  EXPECT_NE(WhyOf(Passed(kHidden), {few, many}).find("without --x"), std::string::npos);
  few.run.judgements["t.a"] = {.verdict = Verdict::kInconclusive, .explanation = "EIO"};
  EXPECT_EQ(WhyOf(Passed(kHidden), {few, many}),
            "without the whole launch line it shows nothing: ENOENT");
}

TEST(Unproven, IsWhatAssertsThatSomethingWorks) {
  EXPECT_NE(WhyOf(Passed(kHidden, Expectation::kAllowed), {}).find("works"), std::string::npos);
  EXPECT_NE(WhyOf(Passed(kOfLine), {}).find("compares"), std::string::npos);
  EXPECT_NE(WhyOf(Passed(kHidden), {}).find("no line"), std::string::npos);
}

TEST(Unproven, IsNothingThatIsProven) {
  EXPECT_TRUE(UnprovenOf(Passed(kHidden), {}, {"t.a"}).empty());
}

}  // namespace
}  // namespace sandproof
