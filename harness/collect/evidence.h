// Puts together what is known about each check of one sandbox.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/collect/arena_lane.h"
#include "harness/collect/control.h"
#include "harness/collect/stranger.h"
#include "suites/judge.h"
#include "suites/plan.h"

namespace sandproof {

struct EvidenceSource {
  const Plan& plan;
  const AnswerSet& inside;
  const Control& launcher;              // as whoever starts the launcher
  const Control* payload = nullptr;     // as the payload's identity, where that is another
  const Control* namespaced = nullptr;  // in a user namespace of an unprivileged launcher's own
  const ArenaLane* arena = nullptr;     // where what is outside was asked in a launch of its own
  std::string far_silence = {};         // why nothing was asked of what is outside; empty: it was
  bool is_decoy_alive = true;
  std::string silence = {};
  std::map<std::string, Observation, std::less<>> of_launcher = {};  // by probe
  Elsewhere elsewhere = {};                                          // of a stranger
};

// Whose control is to be asked, where the payload's identity has one of its own.
enum class ControlOf : std::uint8_t { kWhoever, kLauncher, kPayload };

// The positions of the requests whose controls can still change a verdict: before the sandbox is
// asked, all that assert something; afterwards only those of denials, since a reach is a reach
// whatever the controls say, and facts are compared with the first control.
[[nodiscard]] std::set<std::size_t> NeededBefore(const Plan& plan, ControlOf whose);
[[nodiscard]] std::set<std::size_t> NeededAfter(const Plan& plan, const AnswerSet& inside,
                                                ControlOf whose);

// Of the positions in `needed` those at which privilege was what `control` lacked before.
[[nodiscard]] std::set<std::size_t> RefusedBefore(const std::set<std::size_t>& needed,
                                                  const Control& control);

// The evidence of the check at `position` in the plan.
[[nodiscard]] Evidence EvidenceFor(const EvidenceSource& source, std::size_t position);

}  // namespace sandproof
