// Puts together what is known about each check of one sandbox.
#pragma once

#include <string>
#include <vector>

#include "harness/collect/control.h"
#include "suites/judge.h"
#include "suites/plan.h"

namespace sandproof {

struct EvidenceSource {
  const Plan& plan;
  const AnswerSet& inside;
  const Control& launcher;              // as whoever starts the launcher
  const Control* payload = nullptr;     // as the payload's identity, where that is another
  const Control* namespaced = nullptr;  // in a user namespace of an unprivileged launcher's own
  bool is_decoy_alive = true;
  std::string silence = {};
};

// The evidence of the check at `position` in the plan.
[[nodiscard]] Evidence EvidenceFor(const EvidenceSource& source, std::size_t position);

}  // namespace sandproof
