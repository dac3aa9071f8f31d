// The supervisor is told to end, or killed.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "harness/supervise/script.h"
#include "harness/supervise/verbs.h"
#include "suites/property.h"

namespace sandproof::script {

namespace {

using Kind = Experiment::Kind;
using Clock = Trial::Clock;
using std::chrono::milliseconds;

constexpr const char* kEnds = "supervisor.ends_on_signal";
constexpr const char* kKilled = "supervisor.no_orphans_on_supervisor_kill";
constexpr const char* kEnded = "supervisor.unresponsive_child_ended";
constexpr const char* kForwarded = "supervisor.term_forwarded";
constexpr const char* kGrace = "supervisor.term_grace";

// Brings the system to the moment of the signal. Empty, or why not.
std::string AwaitMoment(Trial& trial, const Experiment& one) {
  if (std::string why = trial.Start(one.terminal); !why.empty()) return why;
  if (one.kind == Kind::kSignal) return trial.AwaitReady();
  if (one.kind == Kind::kHungStart) {
    if (std::string why = trial.AwaitService(one.child); !why.empty()) return why;
    const Children children = trial.FindChildren();
    const auto found = children.find(one.child);
    if (found == children.end() || !found->second.service) return one.child + " is not there";
    return StopAll(trial.system(), *found->second.service);
  }
  // The moment is what is varied; nothing is waited for.
  System& system = trial.system();
  // What supervises may not be the first process: its moments are counted from when it is there.
  const auto is_there = [&] { return system.status() || trial.Supervisor().has_value(); };
  if (!system.WaitUntil(is_there, system.started_at() + trial.spec().limit, milliseconds(1))) {
    return "the process that supervises was not found";
  }
  const bool is_over =
      system.WaitUntil([&] { return system.status().has_value(); },
                       (trial.spec().process.empty() ? system.started_at() : Clock::now()) +
                           std::chrono::ceil<milliseconds>(one.delay));
  return is_over ? "it ended by itself before: " + trial.Log() : "";
}

std::string Tell(Trial& trial, const Experiment& one, SeenList& seen) {
  if (one.terminal) {
    seen.Did("Ctrl-C on its terminal");
    return trial.system().Type('\x03') ? "" : "the terminal took no character";
  }
  const std::string when = one.kind == Kind::kEarlySignal
                               ? fmt::format(" {} us after its start", one.delay.count())
                               : "";
  const std::string hung = one.kind == Kind::kHungStart ? one.child + " hangs (SIGSTOP); " : "";
  seen.Did(fmt::format("{}kill(supervisor, {}){}", hung, SignalName(one.number), when));
  return trial.SignalSupervisor(one.number);
}

}  // namespace

void Signal(Trial& trial, const Experiment& one, SeenList& seen) {
  if (const std::string why = AwaitMoment(trial, one); !why.empty()) return seen.Silence(why);
  if (one.kind == Kind::kSignal) seen.Fact("ready_after", Ms(trial.ready_after()));
  System& system = trial.system();
  const Clock::time_point begin = Clock::now();
  if (const std::string why = Tell(trial, one, seen); !why.empty()) return seen.Silence(why);
  const milliseconds limit =
      one.number == SIGKILL ? trial.spec().death_limit : trial.spec().signal_limit;
  const bool has_ended =
      system.WaitUntil([&] { return system.status().has_value(); }, begin + limit);
  static_cast<void>(system.WaitUntil([&] { return system.is_gone(); }, begin + limit));
  if (system.is_abandoned()) return seen.Silence("interrupted");
  std::vector<std::string> wrong;
  if (has_ended) {
    seen.Fact("ended_after", Ms(system.ended_at() - begin));
    seen.Fact("status", StatusText(*system.status()));
  } else {
    wrong.push_back(Late(limit));
  }
  if (system.is_gone()) seen.Fact("all_gone_after", Ms(Clock::now() - begin));
  // Whoever is killed, or does not handle the signal, cannot remove a socket file.
  const bool can_clean = one.number != SIGKILL && one.number != SIGHUP;
  if (has_ended) seen.Tell(kLeft, trial.Leftovers(can_clean));
  if (!has_ended) seen.Tell(kLeft, {"the system itself: the supervisor has not ended"});
  if (has_ended) {
    for (const std::string& left : trial.Leftovers(/*with_sockets=*/false)) wrong.push_back(left);
  }
  seen.Tell(one.number == SIGKILL ? kKilled : kEnds, wrong);
  if (one.number == SIGKILL && one.kind == Kind::kSignal) StartAgain(trial, seen);
}

namespace {

struct Stopped {
  std::string name = {};
  ProcessFacts service = {};
  std::optional<Clock::time_point> term_at = std::nullopt;
  std::optional<Clock::time_point> ended_at = std::nullopt;
};

// Follows what comes to services that do nothing themselves, until all have ended.
bool Follow(std::vector<Stopped>& stopped) {
  bool are_all_over = true;
  for (Stopped& one : stopped) {
    if (one.ended_at) continue;
    if (!one.term_at && IsPending(one.service, SIGTERM)) one.term_at = Clock::now();
    if (!IsAlive(one.service)) one.ended_at = Clock::now();
    are_all_over = are_all_over && one.ended_at.has_value();
  }
  return are_all_over;
}

void TellStopped(const std::vector<Stopped>& stopped, milliseconds grace, SeenList& seen) {
  std::vector<std::string> unforwarded;
  std::vector<std::string> hasty;
  for (const Stopped& one : stopped) {
    if (!one.term_at) {
      unforwarded.push_back(one.name + ": no SIGTERM was seen");
      if (one.ended_at) hasty.push_back(one.name + ": ended without SIGTERM");
      continue;
    }
    if (!one.ended_at) continue;
    const Clock::duration given = *one.ended_at - *one.term_at;
    seen.Fact("grace_" + one.name, Ms(given));
    if (given < grace) hasty.push_back(fmt::format("{}: {}", one.name, Ms(given)));
  }
  seen.Tell(kForwarded, unforwarded);
  seen.Tell(kGrace, hasty);
}

}  // namespace

void Unresponsive(Trial& trial, SeenList& seen) {
  if (!StartReady(trial, seen)) return;
  seen.Did("no service reacts (SIGSTOP); kill(supervisor, SIGTERM)");
  std::vector<Stopped> stopped;
  for (const auto& [name, child] : trial.FindChildren()) {
    if (!child.service) continue;
    if (const std::string why = StopAll(trial.system(), *child.service); !why.empty()) {
      return seen.Silence(fmt::format("{}: {}", name, why));
    }
    stopped.push_back({.name = name, .service = *child.service});
  }
  if (stopped.empty()) return seen.Silence("there is no service");
  const Clock::time_point begin = Clock::now();
  if (const std::string why = trial.SignalSupervisor(SIGTERM); !why.empty()) {
    return seen.Silence(why);
  }
  System& system = trial.system();
  const Clock::time_point deadline = begin + trial.spec().signal_limit;
  static_cast<void>(system.WaitUntil([&] { return Follow(stopped); }, deadline, milliseconds(1)));
  static_cast<void>(system.WaitUntil([&] { return system.is_gone(); }, deadline));
  if (system.is_abandoned()) return seen.Silence("interrupted");
  std::vector<std::string> wrong;
  for (const Stopped& one : stopped) {
    if (!one.ended_at) wrong.push_back(one.name + ": " + Late(trial.spec().signal_limit));
  }
  if (!system.status()) wrong.push_back("the supervisor: " + Late(trial.spec().signal_limit));
  if (system.status()) seen.Fact("ended_after", Ms(system.ended_at() - begin));
  seen.Tell(kEnded, wrong);
  TellStopped(stopped, trial.spec().grace, seen);
}

}  // namespace sandproof::script
