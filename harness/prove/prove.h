// Takes the protections of a configuration's sandboxes away, one at a time, and sees who notices.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/collect/collect.h"
#include "harness/driver/mutation.h"
#include "harness/result.h"
#include "harness/spec/spec.h"
#include "reports/proof.h"

namespace sandproof {

struct ProveOptions {
  CollectOptions collect = {};          // `parallel` counts mutants at a time; `only` properties
  std::vector<std::string> flags = {};  // only these ("--unshare-net"), or ids; empty: all
  std::optional<std::chrono::milliseconds> budget = std::nullopt;  // no mutant is begun after it
  std::function<void(std::size_t done, std::size_t of, const std::string& id)> on_progress = {};
};

// Runs each sandbox as it is, then without each of its protections, then as it is once more.
//
// What is asserted always comes from the user's own line; only what is launched changes. Mutants
// run under the same guard, in the same arena and against the same canaries as the sandbox. They
// have no controls of their own: a red needs none, and the controls of the two runs of the sandbox
// as it is stand around them all. A check that these two judge differently counts for nothing. They
// are asked what is asserted; where that notices nothing, they are launched once more and asked
// everything, so that the report can name what would have noticed.
// Errors: as Collect; kConfiguration for a flag that no line has, or a driver without mutations.
[[nodiscard]] Result<Proof> Prove(const Spec& spec, const ProveOptions& options);

// The mutations that would be run, by sandbox. Launches nothing. Errors: the same.
struct MutationList {
  std::string sandbox = {};
  std::vector<Mutation> mutations = {};
};
[[nodiscard]] Result<std::vector<MutationList>> ListMutations(const Spec& spec,
                                                              const ProveOptions& options);

}  // namespace sandproof
