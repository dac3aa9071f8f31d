// From a sandbox's evidence to its judged results. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/run.h"

namespace sandproof {

// Judges every result of the sandbox, applies its waivers and finds the remedies. `only` is the
// selection of the run: in part of a run an unused waiver is nothing to warn of.
void JudgeSandbox(SandboxRun& sandbox, std::string_view today,
                  const std::vector<std::string>& only);

// Judges a stored run as of the day on which it ran, `only` (empty: all) of what it observed; the
// exit code is found anew.
void JudgeAgain(Run& run, const std::vector<std::string>& only);

}  // namespace sandproof
