#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "reports/json.h"
#include "reports/judging.h"
#include "reports/sample_run_for_test.h"

namespace sandproof {
namespace {

using nlohmann::json;

// The records that sample runs name.
std::vector<Property> SampleCatalogue(const Run& run) {
  std::vector<Property> records;
  for (const SandboxRun& sandbox : run.sandboxes) {
    for (const CheckResult& result : sandbox.results) records.push_back(*result.check.property);
  }
  // As FactRule demands of an expectation "required".
  for (Property& record : records) {
    if (!record.fact) record.fact = FactRule{.fact = "nodename"};
  }
  return records;
}

// The run as read back, with what reading leaves out taken from the original. The records are
// those of `run`, which outlives it.
Run ReadBack(const Run& run) {
  const std::vector<Property> catalogue = SampleCatalogue(run);
  std::variant<Run, Unreadable> read = ReadJson(ToJson(run), catalogue);
  if (const auto* bad = std::get_if<Unreadable>(&read)) {
    ADD_FAILURE() << bad->message;
    return {};
  }
  Run back = std::get<Run>(std::move(read));
  back.exit_code = run.exit_code;
  for (std::size_t i = 0; i < back.sandboxes.size(); ++i) {
    back.sandboxes[i].warnings = run.sandboxes[i].warnings;
    for (std::size_t k = 0; k < back.sandboxes[i].results.size(); ++k) {
      CheckResult& ours = back.sandboxes[i].results[k];
      const CheckResult& theirs = run.sandboxes[i].results[k];
      ours.check.property = theirs.check.property;
      ours.judgement = theirs.judgement;
      ours.waiver = theirs.waiver;
      ours.remedy = theirs.remedy;
    }
  }
  return back;
}

Run RunWithSelection() {
  sandproof::Run run = sample::SampleRun();
  run.only = {"fs", "net.tcp"};
  run.lacking = {"userns (unshare is refused)"};
  run.sandboxes[0].waivers = {*sample::WaivedResult().waiver};
  return run;
}

std::string WhyUnreadable(const std::string& text) {
  const std::vector<Property> catalogue = SampleCatalogue(sample::SampleRun());
  std::variant<Run, Unreadable> read = ReadJson(text, catalogue);
  const auto* bad = std::get_if<Unreadable>(&read);
  return bad == nullptr ? "" : bad->message;
}

json SampleJson() { return json::parse(ToJson(sample::SampleRun())); }

TEST(ReadJson, LosesNothing) {
  const sandproof::Run run = RunWithSelection();
  EXPECT_EQ(ToJson(ReadBack(run)), ToJson(run));
}

TEST(ReadJson, LosesNothingOfHostileStrings) {
  const sandproof::Run run = sample::HostileRun();
  EXPECT_EQ(ToJson(ReadBack(run)), ToJson(run));
}

TEST(ReadJson, KeepsBytesThatAreNoUtf8) {
  const sandproof::Run run{.hostname = sample::kHostile};
  EXPECT_EQ(ReadBack(run).hostname, sample::kHostile);
}

TEST(ReadJson, SaysWhatIsWrong) {
  EXPECT_NE(WhyUnreadable("").find("parse error"), std::string::npos);
  EXPECT_NE(WhyUnreadable("{}").find("no report"), std::string::npos);
  EXPECT_NE(WhyUnreadable("[]").find("no report"), std::string::npos);
  json later = SampleJson();
  later["schema_version"] = "9.0";
  EXPECT_NE(WhyUnreadable(later.dump()).find("version 9.0"), std::string::npos);
  json unknown = SampleJson();
  unknown["sandboxes"][0]["results"][0]["property"] = "fs.unheard_of";
  EXPECT_NE(WhyUnreadable(unknown.dump()).find("fs.unheard_of"), std::string::npos);
  json mistyped = SampleJson();
  mistyped["sandboxes"][0]["results"][0]["observation"]["error"] = "EPERM";
  EXPECT_NE(WhyUnreadable(mistyped.dump()).find("/sandboxes/0/results/0/observation/error"),
            std::string::npos);
  json listless = SampleJson();
  listless["sandboxes"][0]["results"][0]["expected"] = nullptr;
  EXPECT_NE(WhyUnreadable(listless.dump()).find("expected) type must be array, but is null"),
            std::string::npos)
      << WhyUnreadable(listless.dump());
}

TEST(ReadJson, RefusesAReportThatLacksAnyKeyOfTheEvidence) {
  for (const char* key : {"observation", "control", "canary_alive", "witness", "silence",
                          "expectation", "expected", "not_applicable", "subject"}) {
    json lacking = SampleJson();
    lacking["sandboxes"][0]["results"][0].erase(key);
    EXPECT_NE(WhyUnreadable(lacking.dump()), "") << key;
  }
}

TEST(JudgeAgain, FindsTheExitCodeAnew) {
  sandproof::Run run = sample::SampleRun();
  run.sandboxes = {{.name = "a", .results = {sample::DeniedResult(), sample::WritableResult("/")}}};
  run.exit_code = 0;
  JudgeAgain(run, {});
  EXPECT_EQ(run.exit_code, 1);
}

// Nothing is left to show that anything holds.
TEST(JudgeAgain, DoesNotPassASelectionThatLeavesNothing) {
  sandproof::Run run = sample::SampleRun();
  run.sandboxes = {{.name = "a", .results = {sample::DeniedResult()}}};
  JudgeAgain(run, {"no.such"});
  EXPECT_EQ(run.exit_code, 2);
}

TEST(JudgeAgain, KeepsTheFailureOfALackingAbility) {
  sandproof::Run run = sample::SampleRun();
  run.sandboxes = {{.name = "a", .results = {sample::DeniedResult()}}};
  run.lacking = {"bwrap"};
  JudgeAgain(run, {});
  EXPECT_EQ(run.exit_code, 1);
}

}  // namespace
}  // namespace sandproof
