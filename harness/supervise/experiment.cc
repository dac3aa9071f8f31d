#include "harness/supervise/experiment.h"

#include <fmt/format.h>

#include "harness/supervise/report.h"
#include "harness/supervise/script.h"
#include "harness/supervise/trial.h"

namespace sandproof {

namespace {

using Kind = Experiment::Kind;
using Way = Experiment::Way;

std::vector<std::string> OfDeath(const Experiment& one, const SupervisorSpec& spec) {
  std::vector<std::string> ids = {"supervisor.crash_noticed_in_time"};
  if (spec.restarts) {
    ids.emplace_back("supervisor.restart_policy");
  } else {
    ids.insert(ids.end(), {"supervisor.exit_code_propagated", "supervisor.sibling_torn_down",
                           "supervisor.nothing_left_behind"});
    const bool is_hard = one.way == Way::kSignal && one.number == SIGKILL && !one.before_ready;
    if (is_hard) ids.emplace_back("supervisor.restarts_at_once");
  }
  const bool has_last_words = one.way == Way::kExit && one.number != 0 && !one.before_ready;
  if (has_last_words) ids.emplace_back("supervisor.logs_of_dead_child_kept");
  return ids;
}

}  // namespace

std::vector<std::string> PropertiesOf(const Experiment& one, const SupervisorSpec& spec) {
  const bool is_kill = one.number == SIGKILL;
  switch (one.kind) {
    case Kind::kUndisturbed:
      return {};
    case Kind::kDeath:
      return OfDeath(one, spec);
    case Kind::kSetup:
      return {"supervisor.setup_failure_is_fatal"};
    case Kind::kAllDie:
      if (spec.restarts) return {"supervisor.crash_noticed_in_time"};
      return {"supervisor.crash_noticed_in_time", "supervisor.exit_code_propagated",
              "supervisor.nothing_left_behind"};
    case Kind::kSignal:
      if (is_kill) {
        return {"supervisor.no_orphans_on_supervisor_kill", "supervisor.restarts_at_once"};
      }
      return {"supervisor.ends_on_signal", "supervisor.nothing_left_behind"};
    case Kind::kEarlySignal:
      if (is_kill) return {"supervisor.no_orphans_on_supervisor_kill"};
      return {"supervisor.ends_on_signal"};
    case Kind::kHungStart:
      return {"supervisor.ends_on_signal"};
    case Kind::kUnresponsive:
      return {"supervisor.unresponsive_child_ended", "supervisor.term_forwarded",
              "supervisor.term_grace"};
    case Kind::kSlowStart:
      return {"supervisor.start_order"};
    case Kind::kBackground:
      return {"supervisor.no_orphans_after_main_exit"};
    case Kind::kGroup:
      return {"supervisor.signal_group_isolated"};
    case Kind::kOrphan:
      return {"supervisor.zombies_reaped"};
    case Kind::kSpace:
      return {"launcher.quoting"};
  }
  return {};
}

ExperimentResult RunExperiment(const Experiment& experiment, const SupervisorSpec& spec,
                               const std::vector<SandboxSpec>& sandboxes,
                               const std::string& program, int socket) {
  const Trial::Clock::time_point begin = Trial::Clock::now();
  Trial trial(spec, sandboxes, program, socket);
  SeenList seen(experiment, PropertiesOf(experiment, spec));
  ExperimentResult result;
  switch (experiment.kind) {
    case Kind::kUndisturbed:
      result.failure = script::Undisturbed(trial, seen, result.children);
      break;
    case Kind::kDeath:
    case Kind::kAllDie:
      script::Death(trial, experiment, seen);
      break;
    case Kind::kSetup:
      script::Setup(trial, experiment, seen);
      break;
    case Kind::kSignal:
    case Kind::kEarlySignal:
    case Kind::kHungStart:
      script::Signal(trial, experiment, seen);
      break;
    case Kind::kUnresponsive:
      script::Unresponsive(trial, seen);
      break;
    case Kind::kSlowStart:
      script::SlowStart(trial, experiment, seen);
      break;
    case Kind::kBackground:
      script::Background(trial, experiment, seen);
      break;
    case Kind::kGroup:
      script::Group(trial, experiment, seen);
      break;
    case Kind::kOrphan:
      script::Orphan(trial, seen);
      break;
    case Kind::kSpace:
      script::Space(trial, seen);
      break;
  }
  result.log = trial.Log();
  result.findings = seen.Take();
  result.took = std::chrono::duration_cast<std::chrono::microseconds>(Trial::Clock::now() - begin);
  return result;
}

}  // namespace sandproof
