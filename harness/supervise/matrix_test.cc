// The experiments of a supervisor, and what they are asked.
#include "harness/supervise/matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace sandproof {
namespace {

bool Has(const std::vector<Check>& checks, std::string_view id) {
  return std::ranges::any_of(checks, [&](const Check& check) { return check.Id() == id; });
}

std::vector<Check> ChecksFor(const SupervisorSpec& spec, const std::vector<std::string>& only) {
  return ChecksOf(spec, ExperimentsFor(spec, {"auth", "backend"}, 1), {}, only);
}

TEST(Matrix, NamesEveryCheckOnce) {
  std::set<std::string> ids;
  for (const Check& check : ChecksFor({}, {})) EXPECT_TRUE(ids.insert(check.Id()).second);
  EXPECT_GT(ids.size(), 100U);
}

TEST(Matrix, KillsEachChildBeforeAndAfterItServes) {
  const std::vector<Check> checks = ChecksFor({}, {});
  for (const std::string child : {"auth", "backend"}) {
    for (const std::string way : {"SIGKILL", "SIGSEGV", "SIGTERM", "exit-0", "exit-1"}) {
      const std::string id = "supervisor.crash_noticed_in_time[" + child + "/" + way;
      EXPECT_TRUE(Has(checks, id + "]"));
      EXPECT_TRUE(Has(checks, id + "@start]"));
    }
  }
}

TEST(Matrix, SelectsOneExperiment) {
  const std::string id = "supervisor.sibling_torn_down[auth/exit-1]";
  EXPECT_EQ(ChecksFor({}, {id}).size(), 1U);
  const std::vector<Experiment> all = ExperimentsFor({}, {"auth", "backend"}, 1);
  EXPECT_EQ(
      std::ranges::count_if(all, [&](const Experiment& one) { return IsWanted({}, one, {id}); }),
      1);
}

TEST(Matrix, AsksOfARestartOnlyWhereItIsDeclared) {
  EXPECT_FALSE(Has(ChecksFor({}, {}), "supervisor.restart_policy[auth/SIGKILL]"));
  const std::vector<Check> checks = ChecksFor({.restarts = true}, {});
  EXPECT_TRUE(Has(checks, "supervisor.restart_policy[auth/SIGKILL]"));
  EXPECT_FALSE(Has(checks, "supervisor.sibling_torn_down[auth/SIGKILL]"));
}

TEST(Matrix, PutsASpaceOnlyWhereADirectoryIsGiven) {
  EXPECT_FALSE(Has(ChecksFor({}, {}), "launcher.quoting[scratch]"));
  SupervisorSpec spec;
  spec.env = {{"STATE", std::string(kScratchMark) + "/state"}};
  EXPECT_TRUE(Has(ChecksFor(spec, {}), "launcher.quoting[scratch]"));
  spec.env.reset();
  spec.launch = {"./start.sh", std::string(kScratchMark)};
  EXPECT_TRUE(Has(ChecksFor(spec, {}), "launcher.quoting[scratch]"));
}

TEST(Matrix, ExpectsWhatTheConfigurationSays) {
  SupervisorSpec spec;
  spec.expect["supervisor.ends_on_signal[SIGHUP]"] = Expectation::kAny;
  EXPECT_EQ(CheckFor(spec, "supervisor.ends_on_signal", "SIGHUP").expectation, Expectation::kAny);
  EXPECT_EQ(CheckFor(spec, "supervisor.ends_on_signal", "SIGTERM").expectation,
            Expectation::kRequired);
}

TEST(Matrix, VariesTheMomentsOfEarlySignals) {
  const auto delays = [](std::uint64_t seed) {
    std::vector<long> found;
    for (const Experiment& one : ExperimentsFor({}, {"a"}, seed)) {
      if (one.kind == Experiment::Kind::kEarlySignal) found.push_back(one.delay.count());
    }
    return found;
  };
  EXPECT_EQ(delays(1), delays(1));
  EXPECT_NE(delays(1), delays(2));
  EXPECT_EQ(delays(1).size(), 8U);
}

}  // namespace
}  // namespace sandproof
