// A sandbox before it starts: its driver, and what that makes of its launch line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/collect/collect.h"
#include "harness/driver/driver.h"
#include "harness/result.h"
#include "harness/spec/spec.h"

namespace sandproof {

struct Prepared {
  const SandboxSpec* spec = nullptr;
  const Driver* driver = nullptr;
  std::map<int, std::string> content = {};
  LaunchPlan plan = {};
};

// Finds the driver and reads what it needs; the plan is still to be made.
//
// Errors: kConfiguration for a driver that does not exist or refuses the line, and for descriptors
// that cannot be read.
[[nodiscard]] Result<Prepared> Prepare(const SandboxSpec& spec);

// The launch with the agent for the payload; an empty `batch_path` sends the request on stdin.
[[nodiscard]] Result<LaunchPlan> PlanLaunch(const Prepared& prepared, const std::string& agent_path,
                                            const std::string& batch_path);

// Where a program of the launch line lies: as execvp(3) finds it there.
[[nodiscard]] std::optional<std::string> FindProgram(const std::string& name,
                                                     const SandboxSpec& spec);

// A launcher that is not there is a mistake in the configuration, not a sandbox that holds.
[[nodiscard]] Result<bool> RequireLauncher(const SandboxSpec& spec);

[[nodiscard]] bool IsExecutable(const std::string& path);

// The sandboxes that the options select.
// Errors: kConfiguration for a name that no sandbox has.
[[nodiscard]] Result<std::vector<const SandboxSpec*>> SelectSandboxes(
    const Spec& spec, const CollectOptions& options);

}  // namespace sandproof
