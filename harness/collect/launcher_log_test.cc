#include "harness/collect/launcher_log.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace sandproof {
namespace {

using Texts = std::vector<std::string>;

const LogSpec kBun{.is_declared = true, .rules = {.expect = {R"(Bun (\d+\.\d+\.\d+))"}}};

TEST(ObserveLog, AgreesWithTheVersionInside) {
  const Observation seen = ObserveLog(kBun, {.text = "Bun 1.2.3\n"}, "1.2.3\n");
  EXPECT_EQ(seen.facts.at("missing"), Texts{});
  EXPECT_EQ(seen.facts.at("other_version"), Texts{});
}

TEST(ObserveLog, TellsTheVersionThatTheLogMakesUp) {
  const Observation seen = ObserveLog(kBun, {.text = "Bun 1.2.3\n"}, "1.2.31\n");
  EXPECT_EQ(seen.facts.at("other_version"), Texts{"the log says 1.2.3, inside it is 1.2.31"});
}

TEST(ObserveLog, WithoutTheCommandsAnswerThereIsNoFact) {
  EXPECT_FALSE(ObserveLog(kBun, {.text = "Bun 1.2.3\n"}, "").facts.contains("other_version"));
}

TEST(WithoutLines, TakesEachLineOutAsOftenAsItWasSaid) {
  EXPECT_EQ(WithoutLines("ready\n1.2.3\nready\n", "ready\n"), "1.2.3\nready\n");
}

// Silence is no proof that nothing was printed wrong.
TEST(ObserveLog, OfALauncherThatSaysNothingNothingIsTold) {
  EXPECT_EQ(ObserveLog({}, {}, std::nullopt).error, ENODATA);
  EXPECT_EQ(ObserveLog(kBun, {}, std::nullopt).facts.at("missing"), kBun.rules.expect);
}

TEST(ObserveLog, ALauncherThatCannotBeStartedTellsNothing) {
  const Observation seen = ObserveLog(kBun, {.end = {.exec_error = ENOENT}}, std::nullopt);
  EXPECT_EQ(seen.outcome, Outcome::kSetupFailed);
  EXPECT_EQ(seen.error, ENOENT);
}

}  // namespace
}  // namespace sandproof
