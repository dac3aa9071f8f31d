// The agent's answers among whatever else a launcher prints.
#include "harness/collect/answers.h"

#include <gtest/gtest.h>

#include <random>

#include "probes/wire/observation.h"

namespace sandproof {
namespace {

constexpr std::string_view kNonce = "0123456789abcdef";
constexpr std::string_view kReady = R"({"sandproof":"ready","pid":2})";

std::string EveryByte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

Observation Denied(std::uint32_t index) {
  return {.index = index,
          .probe = "fs/read_file",
          .outcome = Outcome::kDenied,
          .error = 2,
          .call = "open(/x)",
          .facts = {{"f", {"1", "2"}}},
          .duration = std::chrono::microseconds(31)};
}

// As the agent frames it: a line feed before and behind.
std::string Framed(std::string_view line) { return '\n' + std::string(line) + '\n'; }

// What the agent writes for two requests, with `noise` between all its lines.
std::string Stream(std::string_view nonce, const std::string& noise = "") {
  std::string text = noise;
  for (const std::string& line :
       {std::string(kReady), StartLine(nonce, 2, {{"uid", {"0"}}}), TryLine(nonce, 0),
        ObservationLine(nonce, Denied(0)), TryLine(nonce, 1), ObservationLine(nonce, Denied(1)),
        EndLine(nonce, 2)}) {
    text += Framed(line) + noise;
  }
  return text;
}

Answers Read(std::string_view text) {
  Answers answers{std::string(kNonce), 2};
  answers.Feed(text);
  return answers;
}

bool IsWhole(const Answers& answers) {
  return answers.is_ready() && answers.is_started() && answers.is_ended() &&
         answers.observations() ==
             std::map<std::uint32_t, Observation>{{0, Denied(0)}, {1, Denied(1)}};
}

TEST(Answers, ReadsWhatTheAgentWrites) {
  const Answers answers = Read(Stream(kNonce));
  EXPECT_TRUE(IsWhole(answers));
  EXPECT_EQ(answers.agent_pid(), 2);
  EXPECT_EQ(answers.last_tried(), 1U);
  EXPECT_EQ(answers.strange_lines(), 0U);
}

TEST(Answers, AreForgottenWhenTheSameAgentIsAskedAgain) {
  Answers answers = Read(Stream(kNonce));
  answers.Renew("another");
  answers.Expect(2);
  EXPECT_TRUE(answers.is_ready());
  EXPECT_FALSE(answers.is_ended());
  EXPECT_TRUE(answers.observations().empty());
  EXPECT_EQ(answers.last_tried(), std::nullopt);
  answers.Feed(Stream(kNonce));
  EXPECT_FALSE(answers.is_started()) << "an answer of the first time";
  answers.Feed(Stream("another"));
  EXPECT_TRUE(IsWhole(answers));
}

TEST(Answers, PassesOverNoiseBeforeBetweenAndAfter) {
  for (const char* noise : {"hello\n", "no line feed", "\n\n\n", "{\"a\":1}\n", "[1,2]\n", "null\n",
                            "{\"sandproof\":\n", "\xff\xfe\x00\n", "{{{{[[[[\"\n", "\r\n"}) {
    EXPECT_TRUE(IsWhole(Read(Stream(kNonce, noise)))) << noise;
  }
}

TEST(Answers, CountsStrangeLines) { EXPECT_EQ(Read("hello\nworld\n\n").strange_lines(), 2U); }

TEST(Answers, ReadsThroughATerminalsLineEnds) {
  std::string text;
  for (const char byte : Stream(kNonce)) text += byte == '\n' ? "\r\n" : std::string(1, byte);
  EXPECT_TRUE(IsWhole(Read(text)));
}

TEST(Answers, ReadsBytesThatAreSplitAnywhere) {
  const std::string text = Stream(kNonce, "noise\n");
  for (std::size_t at = 0; at <= text.size(); ++at) {
    Answers answers{std::string(kNonce), 2};
    answers.Feed(std::string_view(text).substr(0, at));
    answers.Feed(std::string_view(text).substr(at));
    EXPECT_TRUE(IsWhole(answers)) << at;
  }
}

TEST(Answers, ReadsByteByByte) {
  Answers answers{std::string(kNonce), 2};
  for (const char byte : Stream(kNonce, "noise\n")) answers.Feed(std::string_view(&byte, 1));
  EXPECT_TRUE(IsWhole(answers));
}

TEST(Answers, KeepsEveryByteOfTheAgentsStrings) {
  Observation observation = Denied(0);
  observation.call = EveryByte();
  observation.facts = {{EveryByte(), {EveryByte(), ""}}};
  const Answers answers = Read(Framed(ObservationLine(kNonce, observation)));
  ASSERT_TRUE(answers.observations().contains(0));
  EXPECT_EQ(answers.observations().at(0), observation);
}

TEST(Answers, KeepsEveryOutcome) {
  for (const Outcome outcome : {Outcome::kReached, Outcome::kDenied, Outcome::kKilled,
                                Outcome::kSetupFailed, Outcome::kTimeout}) {
    Observation observation = Denied(0);
    observation.outcome = outcome;
    EXPECT_EQ(Read(ObservationLine(kNonce, observation) + '\n').observations().at(0).outcome,
              outcome);
  }
}

TEST(Answers, TakesNothingWithoutTheNonce) {
  for (const std::string& nonce :
       {std::string(), std::string("0123456789abcde"), std::string("0123456789abcdef0"),
        std::string("0123456789ABCDEF")}) {
    const Answers answers = Read(Stream(nonce));
    EXPECT_FALSE(answers.is_started()) << nonce;
    EXPECT_FALSE(answers.is_ended()) << nonce;
    EXPECT_TRUE(answers.observations().empty()) << nonce;
    EXPECT_EQ(answers.last_tried(), std::nullopt) << nonce;
  }
}

TEST(Answers, TakesNoNonceThatIsNoString) {
  Answers answers("", 1);
  answers.Feed("{\"sandproof\":\"start\",\"nonce\":7}\n");
  answers.Feed(R"({"sandproof":"obs","nonce":"x","i":0,"outcome":"denied","error":2})"
               "\n");
  EXPECT_TRUE(answers.observations().empty());
}

TEST(Answers, TakesTheFirstOfTwoAnswers) {
  Observation second = Denied(0);
  second.outcome = Outcome::kReached;
  const Answers answers =
      Read(ObservationLine(kNonce, Denied(0)) + '\n' + ObservationLine(kNonce, second) + '\n');
  EXPECT_EQ(answers.observations().at(0), Denied(0));
}

TEST(Answers, PassesOverAnswersToNothing) {
  const std::string head = R"({"sandproof":"obs","nonce":")" + std::string(kNonce) + R"(",)";
  for (const char* rest :
       {R"("i":2,"outcome":"denied","error":2})", R"("i":-1,"outcome":"denied","error":2})",
        R"("i":4294967296,"outcome":"denied","error":2})",
        R"("i":18446744073709551615,"outcome":"denied","error":2})",
        R"("i":1e0,"outcome":"denied","error":2})", R"("i":"0","outcome":"denied","error":2})",
        R"("i":0,"outcome":"passed","error":2})", R"("i":0,"outcome":"denied"})",
        R"("i":0,"error":2})", R"("outcome":"denied","error":2})"}) {
    const Answers answers = Read(head + rest + '\n');
    EXPECT_TRUE(answers.observations().empty()) << rest;
    EXPECT_EQ(answers.strange_lines(), 1U) << rest;
  }
}

TEST(Answers, EndsOnlyWithTheRightCountAndAfterItsStart) {
  EXPECT_FALSE(Read(EndLine(kNonce, 2) + '\n').is_ended());
  EXPECT_FALSE(Read(StartLine(kNonce, 2, {}) + '\n' + EndLine(kNonce, 1) + '\n').is_ended());
  EXPECT_TRUE(Read(StartLine(kNonce, 2, {}) + '\n' + EndLine(kNonce, 2) + '\n').is_ended());
}

TEST(Answers, PassesOverALineThatIsTooLong) {
  for (const std::size_t size : {kMaxLine + 1, 10 * kMaxLine}) {
    Answers answers{std::string(kNonce), 2};
    const std::string line(size, 'x');
    for (std::size_t at = 0; at < size; at += 1000) {
      answers.Feed(std::string_view(line).substr(at, 1000));
    }
    answers.Feed(Stream(kNonce));
    EXPECT_TRUE(IsWhole(answers));
    EXPECT_EQ(answers.strange_lines(), 1U);
  }
}

TEST(Answers, TakesTheEndOfALineThatIsTooLongForNoLine) {
  const Answers answers =
      Read(std::string(kMaxLine, 'x') + ObservationLine(kNonce, Denied(0)) + '\n');
  EXPECT_TRUE(answers.observations().empty());
}

TEST(Answers, TakesTheLongestLineThatTheAgentWrites) {
  Observation observation = Denied(0);
  observation.call += std::string(kMaxLine - ObservationLine(kNonce, observation).size(), 'x');
  EXPECT_EQ(Read(ObservationLine(kNonce, observation) + '\n').observations().at(0), observation);
}

TEST(Answers, ReadsNoMoreAfterItsLimit) {
  Answers answers{std::string(kNonce), 2};
  const std::string block(1 << 20, '\n');
  for (std::size_t size = 0; size < Answers::kMostBytes; size += block.size()) answers.Feed(block);
  answers.Feed(Stream(kNonce));
  EXPECT_FALSE(answers.is_ready());
}

TEST(Answers, EndureDeepNesting) {
  const std::string deep = std::string(kMaxLine / 2, '[') + std::string(kMaxLine / 2 - 1, ']');
  std::string objects;
  for (std::size_t i = 0; i < 5000; ++i) objects += "{\"a\":";
  EXPECT_TRUE(IsWhole(Read(deep + '\n' + objects + '\n' + Stream(kNonce))));
}

// Whatever is mutated, no answer is to anything but what was asked.
TEST(Answers, NeverCrashesOnRandomMutations) {
  std::mt19937 random(3);
  const std::string whole = Stream(kNonce, "noise\n");
  for (int round = 0; round < 5000; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i < 1 + random() % 16; ++i) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 8);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 64));
      }
    }
    const Answers answers = Read(text);
    for (const auto& [index, observation] : answers.observations()) {
      EXPECT_LT(index, 2U);
      EXPECT_EQ(observation.index, index);
    }
  }
}

}  // namespace
}  // namespace sandproof
