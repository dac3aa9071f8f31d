// Where the programs that raise privilege are planted, and where a sandbox shows them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/canary/world.h"
#include "harness/driver/driver.h"
#include "harness/spec/spec.h"

namespace sandproof {

// A directory of the host that this sandbox shows and whose mount heeds set-uid programs: one that
// it lets write by preference, because runs write there anyway. nullopt: none, and none of our own
// choice is shown either.
[[nodiscard]] std::optional<std::string> ProgramDirectory(const SandboxSpec& spec,
                                                          const Promises& promises);

// What the sandbox calls a directory of the host, by its launcher's promises; the same where these
// say nothing of paths.
[[nodiscard]] std::vector<std::string> NamesInside(const Promises& promises,
                                                   const std::string& directory);

// Whether process `pid` sees none of the planted programs under any name that the launcher's
// promises give it. False where the host does not tell.
// Why: a launcher that says nothing of paths may show others than the host's, and what is not there
//      proves nothing by not being run.
[[nodiscard]] bool HidesPrograms(int pid, const Promises& promises, const World& world);

}  // namespace sandproof
