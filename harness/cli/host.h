// What this host can test: each answered by trying it.
#pragma once

#include <string>
#include <vector>

#include "harness/result.h"

namespace sandproof::cli {

struct HostAbility {
  std::string name = {};  // "userns"
  bool is_there = false;
  std::string means = {};   // what can be tested with it
  std::string detail = {};  // what was seen
  std::string remedy = {};  // how to get it
};

// Every ability, tried now. Starts bubblewrap with the agent as a payload that does nothing.
[[nodiscard]] std::vector<HostAbility> HostAbilities(const std::string& agent_path);

// Those of `required` that this host lacks, with what was seen; "exhaust" also lacks what nobody
// has asked for. Errors: kConfiguration for a name that is no ability.
[[nodiscard]] Result<std::vector<std::string>> LackingOf(const std::vector<std::string>& required,
                                                         const std::string& agent_path,
                                                         bool is_exhausting);

}  // namespace sandproof::cli
