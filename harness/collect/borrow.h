// Controls of one session that serve for another of the same sandbox.
#pragma once

#include <map>
#include <string>

#include "reports/run.h"

namespace sandproof {

// Gives the checks of `to` the controls of the same checks in `from`.
//
// `net_id` is the network namespace of the launcher of `to`, which `from` was not launched in;
// empty where both are in the harness's own. Everything else that the launchers are in is the same.
void BorrowControls(const SandboxRun& from, const std::string& net_id, SandboxRun& to);

// What was read of the launcher in `from`, by probe.
[[nodiscard]] std::map<std::string, Observation, std::less<>> LauncherOf(const SandboxRun& from);

}  // namespace sandproof
