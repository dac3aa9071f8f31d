// The set-up of a child's sandbox fails: the whole start must fail, and not run half.
#include <fmt/format.h>
#include <sys/wait.h>

#include "harness/supervise/script.h"
#include "harness/supervise/verbs.h"

namespace sandproof::script {

namespace {

using Clock = Trial::Clock;

constexpr const char* kSetup = "supervisor.setup_failure_is_fatal";

// For a launcher whose bind sources cannot be told: it ends with 1 as soon as it is met.
std::string FailLauncher(Trial& trial, const std::string& child, SeenList& seen) {
  if (std::string why = trial.AwaitService(child); !why.empty()) return why;
  const Children children = trial.FindChildren();
  const auto found = children.find(child);
  if (found == children.end()) return child + " is not there";
  const std::string done = fmt::format("exit_group(1) in {}'s launcher", child);
  seen.Did(done);
  const std::string why = MakeSetupFail(found->second.root, 1);
  return why.empty() ? "" : fmt::format("{} cannot be induced: {}", done, why);
}

void TellSetup(Trial& trial, Clock::time_point begin, SeenList& seen) {
  System& system = trial.system();
  const std::chrono::milliseconds limit = trial.spec().death_limit;
  const Clock::time_point deadline = begin + limit;
  const bool has_ended = system.WaitUntil([&] { return system.status().has_value(); }, deadline);
  if (has_ended) {
    static_cast<void>(system.WaitUntil([&] { return system.is_gone(); }, deadline));
  }
  if (system.is_abandoned()) return seen.Silence("interrupted");
  std::vector<std::string> wrong;
  if (!has_ended) {
    const bool serves = trial.IsReadyNow();
    wrong.push_back(serves ? "the system serves all the same" : Late(limit));
  } else {
    seen.Fact("ended_after", Ms(system.ended_at() - begin));
    seen.Fact("status", StatusText(*system.status()));
    if (WIFEXITED(*system.status()) && WEXITSTATUS(*system.status()) == 0) {
      wrong.emplace_back("exit 0");
    }
    for (const std::string& one : trial.Leftovers(/*with_sockets=*/false)) wrong.push_back(one);
  }
  seen.Tell(kSetup, wrong);
}

}  // namespace

void Setup(Trial& trial, const Experiment& one, SeenList& seen) {
  if (const std::string why = trial.StartWithoutSource(one.child); !why.empty()) {
    return seen.Silence(why);
  }
  if (const std::string renamed = trial.renamed(); !renamed.empty()) {
    seen.Did(fmt::format("{}'s bwrap executed with {}", one.child, renamed));
  } else if (const std::string why = FailLauncher(trial, one.child, seen); !why.empty()) {
    return seen.Silence(why);
  }
  TellSetup(trial, Clock::now(), seen);
}

}  // namespace sandproof::script
