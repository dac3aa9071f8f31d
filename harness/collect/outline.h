// Which checks a configuration has, known without launching anything.
#pragma once

#include <string>
#include <vector>

#include "harness/collect/collect.h"
#include "harness/result.h"
#include "harness/spec/spec.h"
#include "suites/judge.h"

namespace sandproof {

// The checks of one sandbox, in the order in which Collect judges them.
struct Outline {
  std::string name = {};
  int line = 0;  // of its launch line in the file
  // With their expectations. Whether one applies on this host is known only when it is run.
  std::vector<Check> checks = {};
};

// What Collect would judge. Starts no process and plants no canary, so the launcher need not be
// there yet: tests have their names before their set-up has run.
//
// Errors: kConfiguration as for Collect, but for the launcher; also for a name in
// `only_sandboxes` that no sandbox has, and for a selection that leaves nothing.
[[nodiscard]] Result<std::vector<Outline>> PlanChecks(const Spec& spec,
                                                      const CollectOptions& options);

}  // namespace sandproof
