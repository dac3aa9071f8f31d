#include "harness/prove/verdict.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

using Reds = std::set<std::string>;

const std::set<std::string> kNoReds;

// The states of checks a, b and c, of which these are red.
CheckStates ThreeStates(const Reds& reds) {
  CheckStates states;
  for (const char* id : {"t.a", "t.b", "t.c"}) {
    states.asserted[id] = reds.contains(id) ? CheckState::kRed : CheckState::kGreen;
  }
  return states;
}

MutantRun Started(const Reds& reds) {
  return {.was_run = true, .has_started = true, .states = ThreeStates(reds)};
}

MutantTrial TrialOf(const std::string& id, const Reds& reds) {
  return {.mutation = {.id = id, .flag = "--x", .line = MutantLine{}}, .run = Started(reds)};
}

ProtectionProof ProofOf(const std::vector<MutantTrial>& trials, const Reds& baseline = {},
                        const std::set<std::string>& ignored = kNoReds) {
  return ProofsOf(trials, ThreeStates(baseline), ignored).front();
}

TEST(Proof, IsGuardedByWhatTurnedRed) {
  const ProtectionProof proof = ProofOf({TrialOf("x", {"t.a", "t.b"})});
  EXPECT_EQ(proof.verdict, ProofVerdict::kGuarded);
  EXPECT_EQ(proof.turned_red, (std::vector<std::string>{"t.a", "t.b"}));
}

TEST(Proof, IsUnguardedWhereNothingNotices) {
  EXPECT_EQ(ProofOf({TrialOf("x", {})}).verdict, ProofVerdict::kUnguarded);
}

// What failed all along does not notice.
TEST(Proof, IsUnguardedByWhatWasRedBefore) {
  EXPECT_EQ(ProofOf({TrialOf("x", {"t.a"})}, {"t.a"}).verdict, ProofVerdict::kUnguarded);
}

TEST(Proof, IsUnguardedByWhatIsUnstable) {
  EXPECT_EQ(ProofOf({TrialOf("x", {"t.a"})}, {}, {"t.a"}).verdict, ProofVerdict::kUnguarded);
}

// Silence is no red.
TEST(Proof, IsUnguardedByWhatBecameInconclusive) {
  MutantTrial trial = TrialOf("x", {});
  trial.run.states.asserted["t.a"] = CheckState::kUnknown;
  const ProtectionProof proof = ProofOf({trial});
  EXPECT_EQ(proof.verdict, ProofVerdict::kUnguarded);
  EXPECT_EQ(proof.inconclusive, std::vector<std::string>{"t.a"});
}

TEST(Proof, ListsWhatTurnedGreen) {
  EXPECT_EQ(ProofOf({TrialOf("x", {"t.b"})}, {"t.a"}).turned_green,
            std::vector<std::string>{"t.a"});
}

TEST(Proof, IsBrokenWhereThePayloadDidNotStart) {
  MutantTrial trial = TrialOf("x", {});
  trial.run = {.was_run = true, .failure = "bwrap: no"};
  const ProtectionProof proof = ProofOf({trial});
  EXPECT_EQ(proof.verdict, ProofVerdict::kBroken);
  EXPECT_EQ(proof.explanation, "bwrap: no");
}

TEST(Proof, IsNotRunWhereTheBudgetWasUsedUp) {
  MutantTrial trial = TrialOf("x", {});
  trial.run = {};
  EXPECT_EQ(ProofOf({trial}).verdict, ProofVerdict::kNotRun);
}

// What the driver knows counts only where nothing was seen.
TEST(Proof, BelievesTheDriverOnlyWhereNothingTurnedRed) {
  MutantTrial silent = TrialOf("x", {});
  silent.mutation.unobservable = "why";
  EXPECT_EQ(ProofOf({silent}).verdict, ProofVerdict::kUnobservable);
  MutantTrial seen = TrialOf("x", {"t.a"});
  seen.mutation.unobservable = "why";
  seen.mutation.covered_by = "--y";
  EXPECT_EQ(ProofOf({seen}).verdict, ProofVerdict::kGuarded);
}

TEST(Proof, IsRedundantByTheDriversWord) {
  MutantTrial trial = TrialOf("x", {});
  trial.mutation.covered_by = "--y";
  const ProtectionProof proof = ProofOf({trial});
  EXPECT_EQ(proof.verdict, ProofVerdict::kRedundant);
  EXPECT_EQ(proof.explanation, "--y");
}

TEST(Proof, IsRedundantWhereItIsMissedOnlyWithoutAnother) {
  MutantTrial trial = TrialOf("x → dropped", {});
  trial.mutation.covers = {{.id = "y → dropped"}};
  trial.covers = {Started({"t.a", "t.b"})};
  const ProtectionProof proof = ProofOf({trial, TrialOf("y → dropped", {"t.a"})});
  EXPECT_EQ(proof.verdict, ProofVerdict::kRedundant);
  EXPECT_EQ(proof.explanation.substr(0, 2), "y:") << proof.explanation;
  EXPECT_NE(proof.explanation.find("t.b"), std::string::npos) << proof.explanation;
}

TEST(Proof, IsUnguardedWhereTheOtherAloneExplainsAll) {
  MutantTrial trial = TrialOf("x → dropped", {});
  trial.mutation.covers = {{.id = "y → dropped"}};
  trial.covers = {Started({"t.a"})};
  EXPECT_EQ(ProofOf({trial, TrialOf("y → dropped", {"t.a"})}).verdict, ProofVerdict::kUnguarded);
}

TEST(Proof, IsNotRunWhereACoverWasNotTried) {
  MutantTrial trial = TrialOf("x → dropped", {});
  trial.mutation.covers = {{.id = "y → dropped"}};
  trial.covers.resize(1);
  EXPECT_EQ(ProofOf({trial, TrialOf("y → dropped", {})}).verdict, ProofVerdict::kNotRun);
}

// What went along is another's.
TEST(Proof, LeavesToOthersWhatIsTheirs) {
  MutantTrial trial = TrialOf("x", {"t.a", "t.b"});
  trial.mutation.with = {"y"};
  EXPECT_EQ(ProofOf({trial, TrialOf("y", {"t.a"})}).turned_red, std::vector<std::string>{"t.b"});
}

}  // namespace
}  // namespace sandproof
