// What a launch line and the files that it names say before anything is started.
#pragma once

#include <string>

#include "harness/driver/driver.h"
#include "harness/spec/spec.h"
#include "probes/wire/observation.h"
#include "suites/plan.h"

namespace sandproof {

struct LauncherSource {
  const SandboxSpec& spec;
  const LaunchPlan& launch;
  std::string program = {};  // the launcher proper, on the host; empty where nobody knows it
};

// The observation of "host/launcher": facts absent_sources, repeated_binds, secrets_in_argv,
// open_secret_files, set_id. Looks at the disk, opens nothing.
[[nodiscard]] Observation ObserveLauncher(const LauncherSource& source);

// Whether a program runs as its owner or its group, whoever starts it.
[[nodiscard]] bool IsSetId(const std::string& program);

// The observation of "host/version": the fact defects. Denied ENODATA where nothing is known.
[[nodiscard]] Observation ObserveVersion(const Driver& driver, const std::string& said,
                                         const std::string& program);

// Which of these cannot be told of this launcher, and what the probes of its mounts and variables
// must know.
void AddLauncher(const SandboxSpec& spec, const LaunchPlan& launch, PlanInput& input);

}  // namespace sandproof
