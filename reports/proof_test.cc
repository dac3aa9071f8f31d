#include "reports/proof.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/golden_for_test.h"
#include "reports/proof_json.h"
#include "reports/proof_junit.h"
#include "reports/proof_terminal.h"
#include "reports/redact.h"
#include "reports/sample_proof_for_test.h"
#include "reports/schema_for_test.h"
#include "reports/xmllint_for_test.h"

namespace sandproof {
namespace {

using nlohmann::json;

// A proof of one sandbox with protections of these verdicts.
Proof ProofWith(const std::vector<ProofVerdict>& verdicts) {
  SandboxProof sandbox;
  for (const ProofVerdict verdict : verdicts) sandbox.protections.push_back({.verdict = verdict});
  return {.sandboxes = {sandbox}};
}

TEST(ProofExitCode, IsZeroWhereAllIsExplained) {
  EXPECT_EQ(ExitCode(ProofWith({ProofVerdict::kGuarded, ProofVerdict::kRedundant,
                                ProofVerdict::kUnobservable, ProofVerdict::kBroken})),
            0);
}

TEST(ProofExitCode, IsOneWhereSomethingIsUnguarded) {
  EXPECT_EQ(ExitCode(ProofWith({ProofVerdict::kNotRun, ProofVerdict::kUnguarded})), 1);
}

TEST(ProofExitCode, IsThreeWhereSomethingWasNotTried) {
  EXPECT_EQ(ExitCode(ProofWith({ProofVerdict::kGuarded, ProofVerdict::kNotRun})), 3);
}

TEST(ProofExitCode, IsThreeWhereTheSandboxAsItIsShowsTooLittle) {
  Proof proof = ProofWith({ProofVerdict::kGuarded});
  proof.sandboxes[0].inconclusive = {"fs.nosuid"};
  EXPECT_EQ(ExitCode(proof), 3);
}

TEST(ProofExitCode, IsTwoWhereNothingCouldBeTakenAway) {
  EXPECT_EQ(ExitCode(ProofWith({})), 2);
  EXPECT_EQ(ExitCode(Proof{}), 2);
}

TEST(ProofExitCode, IsThreeWhereACombinationWasNotTried) {
  Proof proof = ProofWith({ProofVerdict::kGuarded});
  proof.sandboxes[0].in_depth = {{.was_run = false}};
  EXPECT_EQ(ExitCode(proof), 3);
}

TEST(ProofShare, CountsWhatNothingTurnedRedAmongWhatPassed) {
  SandboxProof sandbox{.baseline = {.pass = 40}, .unproven = {{"a.b", "why"}, {"a.c", "why"}}};
  EXPECT_EQ(UnprovenShare(sandbox), 5);
  sandbox.baseline.pass = 41;
  EXPECT_EQ(UnprovenShare(sandbox), 5);
  sandbox.baseline.pass = 39;
  EXPECT_EQ(UnprovenShare(sandbox), 6);
  EXPECT_EQ(UnprovenShare(SandboxProof{}), 0);
}

TEST(ProofReports, AreByteForByteWhatTheyWere) {
  const Proof proof = sample::SampleProof();
  ExpectGolden("proof.json", ToJson(proof));
  ExpectGolden("proof.xml", ToJunit(proof, JunitDialect::kDefault));
  ExpectGolden("proof.txt", ToTerminal(proof, {.width = 100}));
  ExpectGolden("proof_verbose.txt", ToTerminal(proof, {.verbose = true, .width = 100}));
}

TEST(ProofJson, FulfilsItsSchema) {
  EXPECT_EQ(RefusalBy(ProofSchema(), json::parse(ToJson(sample::SampleProof()))), "");
  EXPECT_EQ(RefusalBy(ProofSchema(), json::parse(ToJson(sample::HostileProof()))), "");
  EXPECT_EQ(RefusalBy(ProofSchema(), json::parse(ToJson(Proof{}))), "");
}

TEST(ProofSchema, RefusesAnUnknownKeyAtEveryLevel) {
  for (const char* place :
       {"", "/totals", "/sandboxes/0", "/sandboxes/0/summary", "/sandboxes/0/baseline",
        "/sandboxes/0/protections/0", "/sandboxes/0/in_depth/0", "/sandboxes/1/unproven/0"}) {
    json report = json::parse(ToJson(sample::SampleProof()));
    report[json::json_pointer(place)]["surprise"] = 1;
    EXPECT_NE(RefusalBy(ProofSchema(), report), "") << place;
  }
}

TEST(ProofSchema, RefusesAVerdictThatThereIsNot) {
  json report = json::parse(ToJson(sample::SampleProof()));
  report["sandboxes"][0]["protections"][0]["verdict"] = "safe";
  EXPECT_NE(RefusalBy(ProofSchema(), report), "");
}

TEST(ProofJunit, StrictFulfilsTheSchema) {
  EXPECT_EQ(XmllintExit("proof.xml", ToJunit(sample::SampleProof(), JunitDialect::kStrict)), 0);
  EXPECT_EQ(XmllintExit("proof2.xml", ToJunit(sample::HostileProof(), JunitDialect::kStrict)), 0);
}

TEST(ProofTerminal, PrintsNoControlCharacterOfAHostileString) {
  const std::string text = ToTerminal(sample::HostileProof(), {.width = 100});
  EXPECT_TRUE(std::ranges::all_of(text, [](char byte) {
    return byte == '\n' || static_cast<unsigned char>(byte) >= 0x20;
  })) << text;
}

TEST(ProofRedact, HidesASecretWhereverItIsSaid) {
  Proof proof = sample::SampleProof();
  SandboxProof& sandbox = proof.sandboxes[0];
  sandbox.argv = {"env", "API_TOKEN=hunter2hunter2", "bwrap"};
  sandbox.protections[0].launched = {"env", "API_TOKEN=hunter2hunter2", "bwrap"};
  sandbox.protections[0].id = "wrapper API_TOKEN=hunter2hunter2 → dropped";
  sandbox.protections[4].explanation = "bwrap: hunter2hunter2";
  Redact(proof);
  EXPECT_EQ(ToJson(proof).find("hunter2"), std::string::npos) << ToJson(proof);
}

}  // namespace
}  // namespace sandproof
