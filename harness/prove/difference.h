// What became of the checks of a sandbox when one of its protections was gone. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "reports/run.h"

namespace sandproof {

enum class CheckState : std::uint8_t { kGreen, kRed, kUnknown, kSkipped };

// The checks of one run, by id.
struct CheckStates {
  std::map<std::string, CheckState> asserted = {};
  // Of those that are not asserted the ones that would be red if they were.
  std::set<std::string> unasserted_red = {};
};

// A waived check that failed has failed.
[[nodiscard]] CheckStates StatesOf(const SandboxRun& sandbox);

struct Difference {
  std::set<std::string> red = {};      // failed, and did not before
  std::set<std::string> green = {};    // failed before, and passed
  std::set<std::string> unknown = {};  // passed before, and showed nothing
  std::set<std::string> unasserted = {};
};

// `ignored` holds the checks that are not to be relied on.
[[nodiscard]] Difference Compare(const CheckStates& baseline, const CheckStates& mutant,
                                 const std::set<std::string>& ignored);

// The checks that were judged one way and then another.
[[nodiscard]] std::set<std::string> Unstable(const CheckStates& before, const CheckStates& after);

}  // namespace sandproof
