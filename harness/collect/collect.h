// A whole run: every sandbox of a configuration, side by side.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/canary/decoy.h"
#include "harness/canary/world.h"
#include "harness/result.h"
#include "harness/spec/spec.h"
#include "reports/run.h"

namespace sandproof {

struct CollectOptions {
  std::string agent_path = {};
  std::vector<std::string> only = {};            // ids or prefixes of ids
  std::vector<std::string> only_sandboxes = {};  // names; empty: all
  std::size_t parallel = 2;                      // sandboxes at a time
  std::function<void(const std::string& sandbox)> on_begin = {};
  // For tests; see SessionOrder.
  std::function<void(World&, Decoy&)> before_probes = {};
};

// Runs the configuration.
//
// Errors: kConfiguration for a launcher that does not exist, a driver that refuses the line, or a
// selection that matches no sandbox or no property; kInternal when the canaries cannot be planted.
// Anything that goes wrong within one sandbox is in its SandboxRun.
[[nodiscard]] Result<Run> Collect(const Spec& spec, const CollectOptions& options);

// The agent to use: SANDPROOF_AGENT, or the one beside or below the running program.
// Errors: kInternal where none is found.
[[nodiscard]] Result<std::string> FindAgentBinary();

}  // namespace sandproof
