// For tests only: observations and evidence in a line each.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "suites/judge.h"

namespace sandproof::testing {

[[nodiscard]] inline Observation Ended(Outcome outcome, int error = 0) {
  return {.probe = "t/probe", .outcome = outcome, .error = error, .call = "open(/c)"};
}
[[nodiscard]] inline Observation Reached() { return Ended(Outcome::kReached); }
[[nodiscard]] inline Observation Denied(int error) { return Ended(Outcome::kDenied, error); }
[[nodiscard]] inline Observation Killed(int signal) { return Ended(Outcome::kKilled, signal); }
[[nodiscard]] inline Observation TimedOut() { return Ended(Outcome::kTimeout); }
[[nodiscard]] inline Observation SetupFailed(int error) {
  return Ended(Outcome::kSetupFailed, error);
}

// Evidence whose controls, before and after, both saw `control`.
[[nodiscard]] inline Evidence Seen(std::optional<Observation> inside,
                                   const std::optional<Observation>& control = Reached()) {
  return {.inside = std::move(inside), .control_before = control, .control_after = control};
}

// "pass denied": the verdict and the word for machines.
[[nodiscard]] inline std::string Said(const Judgement& judgement) {
  return std::string(Name(judgement.verdict)) + ' ' + judgement.reason;
}

// The same of one attempt.
[[nodiscard]] inline std::string Judged(const Property& property, const Evidence& evidence,
                                        Expectation expectation = Expectation::kBlocked) {
  return Said(Judge({.property = &property, .expectation = expectation}, evidence));
}

}  // namespace sandproof::testing
