// What is held by several protections at once, and what by none that can be taken away. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/driver/mutation.h"
#include "harness/prove/verdict.h"
#include "reports/proof.h"

namespace sandproof {

// One combination and what was run of it.
struct DepthTrial {
  Combination combination = {};
  MutantRun run = {};
};

// What each combination turned red that neither a single protection nor an earlier combination did.
// Two that were tried as covers of each other count as the first.
//
// `proven` holds what single protections turned red, and grows.
[[nodiscard]] std::vector<DepthProof> DepthsOf(const std::vector<DepthTrial>& depths,
                                               const std::vector<MutantTrial>& trials,
                                               const CheckStates& baseline,
                                               const std::set<std::string>& ignored,
                                               std::set<std::string>& proven);

// What passed in `run` and is not proven, each with the reason: what it asserts, and what became of
// it without anything around the payload.
[[nodiscard]] std::vector<Unproven> UnprovenOf(const SandboxRun& run,
                                               const std::vector<DepthTrial>& depths,
                                               const std::set<std::string>& proven);

}  // namespace sandproof
