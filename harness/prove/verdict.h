// From what became of the checks to the verdict on a protection. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/driver/mutation.h"
#include "harness/prove/difference.h"
#include "reports/proof.h"

namespace sandproof {

// One line that was launched without something.
struct MutantRun {
  bool was_run = false;
  bool has_started = false;    // the payload gave an answer
  std::string failure = {};    // why it did not start, or could not be launched at all
  std::string cut_short = {};  // why it started and did not answer everything
  CheckStates states = {};
  std::vector<std::string> launched = {};
  std::chrono::microseconds duration = {};
  // What was said of each check, where somebody will ask; by id.
  std::map<std::string, Judgement> judgements = {};
};

// One mutation and what was run of it.
struct MutantTrial {
  Mutation mutation = {};
  MutantRun run = {};
  std::vector<MutantRun> covers = {};  // of mutation.covers, at the same places
};

// The proofs of the protections of one sandbox, in their order.
//
// A check turned red when it failed without the protection and did not fail with it. What another
// protection that had to go along turns red by itself is that one's.
[[nodiscard]] std::vector<ProtectionProof> ProofsOf(const std::vector<MutantTrial>& trials,
                                                    const CheckStates& baseline,
                                                    const std::set<std::string>& ignored);

// Whether covers are to be tried: nothing turned red, and nothing explains it.
[[nodiscard]] bool IsSilent(const MutantTrial& trial, const std::vector<MutantTrial>& trials,
                            const CheckStates& baseline);

// What launching a mutant gave.
[[nodiscard]] MutantRun RunOf(const SandboxRun& sandbox);

}  // namespace sandproof
