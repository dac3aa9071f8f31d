#include "reports/json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "reports/golden_for_test.h"
#include "reports/sample_run_for_test.h"
#include "reports/schema_for_test.h"

namespace sandproof {
namespace {

using nlohmann::json;

std::string Refusal(const json& report) { return RefusalBy(JsonSchema(), report); }

json Sample() { return json::parse(ToJson(sample::SampleRun())); }

TEST(ToJson, IsByteForByteWhatItWas) { ExpectGolden("report.json", ToJson(sample::SampleRun())); }

TEST(ToJson, FulfilsItsSchema) { EXPECT_EQ(Refusal(Sample()), ""); }

TEST(ToJson, FulfilsItsSchemaForAnEmptyRun) {
  EXPECT_EQ(Refusal(json::parse(ToJson(sandproof::Run{.exit_code = 2}))), "");
}

TEST(ToJson, FulfilsItsSchemaForHostileStrings) {
  EXPECT_EQ(Refusal(json::parse(ToJson(sample::HostileRun()))), "");
}

TEST(ToJson, IsPlainAsciiForHostileStrings) {
  EXPECT_TRUE(std::ranges::all_of(ToJson(sample::HostileRun()), [](char byte) {
    return byte == '\n' || (byte >= 0x20 && byte < 0x7f);
  }));
}

TEST(ToJson, ShowsThatBytesWereBroken) {
  const json report = json::parse(ToJson(sandproof::Run{.hostname = "a\xff"}));
  EXPECT_EQ(report["hostname"], "a\U0010f0ff");
}

TEST(ToJson, KeepsFactsApartWhoseNamesAreBroken) {
  const json report = json::parse(ToJson(sample::HostileRun()));
  EXPECT_EQ(report["sandboxes"][0]["results"][0]["observation"]["facts"].size(), 3U);
}

TEST(JsonSchema, RefusesAnUnknownKeyAtEveryLevel) {
  for (const char* place : {"", "/fingerprint", "/totals", "/sandboxes/0", "/sandboxes/0/summary",
                            "/sandboxes/0/launch_line", "/sandboxes/0/results/1",
                            "/sandboxes/0/results/1/observation", "/sandboxes/0/results/1/control",
                            "/sandboxes/0/results/6/witness", "/sandboxes/0/results/7/waiver"}) {
    json report = Sample();
    report[json::json_pointer(place)]["surprise"] = 1;
    EXPECT_NE(Refusal(report), "") << place;
  }
}

TEST(JsonSchema, RefusesAMissingKey) {
  json report = Sample();
  report["sandboxes"][0]["results"][0].erase("verdict");
  EXPECT_NE(Refusal(report), "");
}

TEST(JsonSchema, RefusesUnknownWords) {
  for (const char* key : {"verdict", "severity", "grade", "expectation", "property", "id"}) {
    json report = Sample();
    report["sandboxes"][0]["results"][0][key] = "Unheard-of";
    EXPECT_NE(Refusal(report), "") << key;
  }
  json report = Sample();
  report["sandboxes"][0]["results"][0]["observation"]["outcome"] = "blocked";
  EXPECT_NE(Refusal(report), "");
}

}  // namespace
}  // namespace sandproof
