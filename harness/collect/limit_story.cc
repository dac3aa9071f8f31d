#include "harness/collect/limit_story.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <csignal>

#include "harness/collect/limit_plan.h"

namespace sandproof {

namespace {

double NumberOf(const Observation& observation, std::string_view fact) {
  const std::string* const text = observation.Fact(fact);
  double number = 0;
  if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

Observation Unshown(Observation observation, int error, const std::string& why) {
  observation.outcome = Outcome::kSetupFailed;
  observation.error = error;
  if (observation.call.ends_with(')')) observation.call.pop_back();
  observation.call += "; " + why + ")";
  return observation;
}

Observation ExplainedSpin(Observation observation, const LimitContext& context) {
  if (observation.outcome != Outcome::kReached) return observation;
  const double used = NumberOf(observation, "used_us") / 1000;
  const double wall = NumberOf(observation, "wall_us") / 1000;
  const double most = MostSpinMs(context.cpus, wall, context.period_ms);
  if (used > most) {
    observation.facts["over_quota"] = {
        fmt::format("{:.0f} ms of processors' time in {:.0f} ms, where {} of one allows {:.0f}",
                    used, wall, context.cpus, most)};
    return observation;
  }
  if (context.counted_by.empty()) {
    return Unshown(std::move(observation), EAGAIN,
                   "it was neither throttled nor got more than is allowed: the machine is busy");
  }
  observation.facts["over_quota"] = {};
  observation.facts["limited_by"] = {context.counted_by};
  return observation;
}

}  // namespace

Observation Explained(Observation observation, const LimitContext& context) {
  if (observation.probe == "limit/spin") return ExplainedSpin(std::move(observation), context);
  const bool is_killed = observation.outcome == Outcome::kKilled && observation.error == SIGKILL;
  if (is_killed && context.counted_by.empty()) {
    return Unshown(std::move(observation), ECHILD,
                   "killed by SIGKILL, and no cgroup counted that as for lack of memory");
  }
  const bool is_limited = is_killed || observation.outcome == Outcome::kDenied;
  if (!is_limited || observation.Fact("taken") == nullptr) return observation;
  if (!context.counted_by.empty()) {
    observation.facts["limited_by"] = {context.counted_by};
  } else if (!context.rlimit.empty()) {
    observation.facts["limited_by"] = {context.rlimit};
  }
  const double taken = NumberOf(observation, "taken");
  if (taken * 2 < static_cast<double>(context.declared)) {
    const int error = observation.error;
    return Unshown(
        std::move(observation), error,
        fmt::format("something else stopped it, far below the declared {}", context.declared));
  }
  return observation;
}

bool IsOfBusyMachine(const Observation& explained) {
  return explained.probe == "limit/spin" && explained.outcome == Outcome::kSetupFailed &&
         explained.error == EAGAIN;
}

Observation EndedWithoutMemory(const std::string& probe, const std::string& counted_by) {
  Observation observation;
  observation.probe = probe;
  observation.outcome = Outcome::kKilled;
  observation.error = SIGKILL;
  observation.call = "agent(with all that ran in its cgroup)";
  observation.facts["limited_by"] = {counted_by};
  return observation;
}

}  // namespace sandproof
