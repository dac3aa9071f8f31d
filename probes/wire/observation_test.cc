#include "probes/wire/observation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "probes/wire/bytes_for_test.h"

namespace sandproof {
namespace {

Observation Sample() {
  return {.index = 7,
          .probe = "fs/read_file",
          .outcome = Outcome::kDenied,
          .error = 2,
          .call = "open(/x)",
          .facts = {{"mode", {"r", "w"}}, {"none", {}}},
          .duration = std::chrono::microseconds(31)};
}

bool IsPrintableAscii(std::string_view line) {
  return std::ranges::all_of(line, [](char byte) { return byte >= 0x20 && byte < 0x7f; });
}

TEST(Lines, LookAsTheHeaderSays) {
  EXPECT_EQ(StartLine("n", 2, {{"uid", {"0"}}}),
            R"({"sandproof":"start","nonce":"n","count":2,"facts":{"uid":["0"]}})");
  EXPECT_EQ(TryLine("n", 0), R"({"sandproof":"try","nonce":"n","i":0})");
  EXPECT_EQ(ObservationLine("n", Sample()),
            R"j({"sandproof":"obs","nonce":"n","i":7,"probe":"fs/read_file","outcome":"denied",)j"
            R"j("error":2,"call":"open(/x)","us":31,"facts":{"mode":["r","w"],"none":[]}})j");
  EXPECT_EQ(EndLine("n", 2), R"({"sandproof":"end","nonce":"n","count":2})");
}

// A path inside the sandbox may hold any byte; none may end the line or leave its string.
TEST(Lines, EscapeEveryByte) {
  Observation observation = Sample();
  observation.call = EveryByte();
  observation.facts = {{EveryByte(), {EveryByte()}}};
  const std::string line = ObservationLine("n", observation);
  EXPECT_TRUE(IsPrintableAscii(line));
  EXPECT_NE(line.find(R"(!\"#)"), std::string::npos);
  EXPECT_NE(line.find(R"([\\])"), std::string::npos);
  EXPECT_NE(line.find(R"(\u0000\u0001)"), std::string::npos);
  EXPECT_NE(line.find(R"(\u007f\u0080)"), std::string::npos);
  EXPECT_NE(line.find(R"(\u00ff)"), std::string::npos);
}

TEST(Lines, NameEveryOutcome) {
  EXPECT_EQ(Name(Outcome::kReached), "reached");
  EXPECT_EQ(Name(Outcome::kDenied), "denied");
  EXPECT_EQ(Name(Outcome::kKilled), "killed");
  EXPECT_EQ(Name(Outcome::kSetupFailed), "setup_failed");
  EXPECT_EQ(Name(Outcome::kTimeout), "timeout");
}

TEST(ObservationLine, CutsWhatIsTooLongAndSaysSo) {
  Observation observation = Sample();
  observation.facts = {{"list", std::vector<std::string>(1000, std::string(100, 'x'))}};
  const std::string line = ObservationLine("n", observation);
  EXPECT_LE(line.size(), kMaxLine);
  EXPECT_NE(line.find(R"("truncated":["true"])"), std::string::npos);
  EXPECT_NE(line.find(R"("outcome":"denied")"), std::string::npos);
}

TEST(ObservationLine, KeepsItsHeadWhereManyFactsAreTooLong) {
  Observation observation = Sample();
  for (int i = 0; i < 2000; ++i) observation.facts["fact" + std::to_string(i)] = {"\x01\x01"};
  observation.call = std::string(100'000, '\n');
  const std::string line = ObservationLine("n", observation);
  EXPECT_LE(line.size(), kMaxLine);
  EXPECT_NE(line.find(R"("facts":{"truncated":["true"]}})"), std::string::npos);
}

TEST(ObservationLine, DoesNotCutWhatJustFits) {
  Observation observation = Sample();
  const std::size_t rest = kMaxLine - ObservationLine("n", observation).size();
  observation.call += std::string(rest, 'x');
  EXPECT_EQ(ObservationLine("n", observation).size(), kMaxLine);
  EXPECT_EQ(ObservationLine("n", observation).find("truncated"), std::string::npos);
  observation.call += 'x';
  EXPECT_NE(ObservationLine("n", observation).find("truncated"), std::string::npos);
}

TEST(Observation, GivesTheFirstValueOfAFact) {
  const Observation observation = Sample();
  ASSERT_NE(observation.Fact("mode"), nullptr);
  EXPECT_EQ(*observation.Fact("mode"), "r");
  EXPECT_EQ(observation.Fact("none"), nullptr);
  EXPECT_EQ(observation.Fact("absent"), nullptr);
}

}  // namespace
}  // namespace sandproof
