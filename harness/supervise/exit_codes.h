// Whether a launcher tells how its payload ended.
#pragma once

#include <string>

#include "harness/spec/spec.h"
#include "suites/judge.h"

namespace sandproof {

// Launches the sandbox again and again with a payload that exits or dies in a known way.
//
// Facts: "wrong", failures that come out as success and exits that come out as another one;
// "confused", different ends that come out alike; "launches".
[[nodiscard]] Evidence ExitStatusEvidence(const Spec& spec, const std::string& sandbox,
                                          const std::string& agent_path);

}  // namespace sandproof
