// The system while it runs: undisturbed, slow, and with services that do odd things.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "harness/supervise/script.h"
#include "harness/supervise/verbs.h"
#include "suites/property.h"

namespace sandproof::script {

namespace {

using Clock = Trial::Clock;
using std::chrono::milliseconds;

// The service of a child that is there; nullopt: it is not.
std::optional<ProcessFacts> ServiceOf(const Trial& trial, const std::string& name) {
  const Children children = trial.FindChildren();
  const auto found = children.find(name);
  return found == children.end() ? std::nullopt : found->second.service;
}

}  // namespace

std::string Undisturbed(Trial& trial, SeenList& seen, std::vector<std::string>& children) {
  std::string why = trial.Start(/*terminal=*/false);
  if (why.empty()) why = trial.AwaitReady();
  if (!why.empty()) return why;
  const Children before = trial.FindChildren();
  for (const auto& [name, child] : before) children.push_back(name);
  constexpr auto kHold = std::chrono::seconds(1);
  const auto is_disturbed = [&] {
    return trial.system().status().has_value() ||
           std::ranges::any_of(before, [](const auto& one) { return !IsAlive(one.second.root); });
  };
  if (trial.system().WaitUntil(is_disturbed, Clock::now() + kHold, milliseconds(10))) {
    return "left alone, it does not stay up: its last words: " + trial.Log();
  }
  seen.Fact("ready_after", Ms(trial.ready_after()));
  return {};
}

void SlowStart(Trial& trial, const Experiment& one, SeenList& seen) {
  if (const std::string why = trial.Start(/*terminal=*/false); !why.empty()) {
    return seen.Silence(why);
  }
  if (const std::string why = trial.AwaitService(one.child); !why.empty()) {
    return seen.Silence(why);
  }
  const std::optional<ProcessFacts> service = ServiceOf(trial, one.child);
  const UniqueFd held = service ? HoldOn(*service) : UniqueFd();
  if (!service) return seen.Silence(one.child + " is not there");
  if (const std::string why = StopAll(trial.system(), *service); !why.empty()) {
    return seen.Silence(why);
  }
  constexpr auto kSlow = std::chrono::seconds(1);
  seen.Did(one.child + " starts a second late (SIGSTOP, SIGCONT)");
  System& system = trial.system();
  const bool has_ended = system.WaitUntil([&] { return system.status().has_value(); },
                                          Clock::now() + kSlow, milliseconds(5));
  static_cast<void>(SendSignal(held, SIGCONT));
  const std::string why = has_ended ? "it ended meanwhile: " + trial.Log() : trial.AwaitReady();
  if (system.is_abandoned()) return seen.Silence("interrupted");
  if (why.empty()) seen.Fact("ready_after", Ms(trial.ready_after()));
  std::vector<std::string> wrong;
  if (!why.empty()) wrong.push_back(why);
  if (why.empty() && !IsAlive(*service)) wrong.push_back(one.child + " was started again");
  seen.Tell("supervisor.start_order", wrong);
}

void Background(Trial& trial, const Experiment& one, SeenList& seen) {
  if (!StartReady(trial, seen)) return;
  const std::optional<ProcessFacts> service = ServiceOf(trial, one.child);
  if (!service) return seen.Silence(one.child + " is not there");
  seen.Did(fmt::format("{} forks a process that stays, and exits with 0", one.child));
  if (const std::string why = MakeBackground(*service); !why.empty()) {
    return seen.Silence("cannot be induced: " + why);
  }
  System& system = trial.system();
  const Clock::time_point begin = Clock::now();
  const Clock::time_point deadline = begin + trial.spec().death_limit;
  const bool has_ended = system.WaitUntil([&] { return system.status().has_value(); }, deadline);
  if (has_ended) static_cast<void>(system.WaitUntil([&] { return system.is_gone(); }, deadline));
  if (system.is_abandoned()) return seen.Silence("interrupted");
  std::vector<std::string> wrong;
  if (!has_ended) {
    wrong.push_back(fmt::format("the supervisor still runs after {} s",
                                std::chrono::duration<double>(trial.spec().death_limit).count()));
  } else {
    seen.Fact("ended_after", Ms(system.ended_at() - begin));
    wrong = trial.Leftovers(/*with_sockets=*/false);
  }
  seen.Tell("supervisor.no_orphans_after_main_exit", wrong);
}

void Group(Trial& trial, const Experiment& one, SeenList& seen) {
  if (!StartReady(trial, seen)) return;
  const Children children = trial.FindChildren();
  const auto found = children.find(one.child);
  const std::optional<ProcessFacts> supervisor = trial.Supervisor();
  if (found == children.end() || !found->second.service || !supervisor) {
    return seen.Silence(one.child + " is not there");
  }
  const ProcessFacts service = *found->second.service;
  seen.Did(fmt::format("kill(0, SIGSTOP) in {}", one.child));
  const Result<long> result = StopGroup(service);
  if (!result) return seen.Silence("cannot be induced: " + result.error().message);
  if (*result == -EPERM || *result == -EACCES) {
    seen.Fact("kill", ErrnoName(static_cast<int>(-*result)));
    return seen.Tell("supervisor.signal_group_isolated", {});
  }
  // The caller is of its own group: its stop shows that the signal was sent.
  constexpr auto kLimit = std::chrono::seconds(3);
  constexpr auto kSettle = milliseconds(100);
  System& system = trial.system();
  if (!system.WaitUntil([&] { return IsStopped(service); }, Clock::now() + kLimit)) {
    return seen.Silence(
        fmt::format("kill(0, SIGSTOP) gave {}, but {} was not stopped itself", *result, one.child));
  }
  std::vector<std::string> wrong;
  const auto look = [&] {
    wrong.clear();
    if (IsStopped(*supervisor)) wrong.emplace_back("the supervisor was stopped");
    for (const auto& [name, child] : children) {
      if (name == one.child || !child.service) continue;
      if (IsStopped(*child.service) || IsStopped(child.root))
        wrong.push_back(name + " was stopped");
    }
    return false;
  };
  static_cast<void>(system.WaitUntil(look, Clock::now() + kSettle, milliseconds(20)));
  seen.Tell("supervisor.signal_group_isolated", wrong);
}

void Orphan(Trial& trial, SeenList& seen) {
  if (!StartReady(trial, seen)) return;
  seen.Did("an orphan ends in each sandbox");
  std::vector<std::string> wrong;
  for (const auto& [name, child] : trial.FindChildren()) {
    if (!child.service) continue;
    const Result<pid_t> orphan = MakeOrphan(*child.service);
    if (!orphan) {
      return seen.Silence(fmt::format("{}: cannot be induced: {}", name, orphan.error().message));
    }
    constexpr auto kLimit = std::chrono::seconds(1);
    const bool is_reaped = trial.system().WaitUntil(
        [pid = *orphan] { return !FactsOf(pid).has_value(); }, Clock::now() + kLimit);
    if (!is_reaped) wrong.push_back(name + ": it stays a zombie");
  }
  if (trial.system().is_abandoned()) return seen.Silence("interrupted");
  seen.Tell("supervisor.zombies_reaped", wrong);
}

void Space(Trial& trial, SeenList& seen) {
  seen.Did("started in a directory \"a b\"");
  // What cannot be started at all is no fault of the system's quoting.
  if (const std::string why = trial.StartWithSpace(); !why.empty()) return seen.Silence(why);
  const std::string why = trial.AwaitReady();
  if (trial.system().is_abandoned()) return seen.Silence("interrupted");
  if (why.empty()) seen.Fact("ready_after", Ms(trial.ready_after()));
  seen.Tell("launcher.quoting", why.empty() ? std::vector<std::string>() : std::vector{why});
}

}  // namespace sandproof::script
