// Which experiments a supervisor is put through, and the checks that they answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/spec/spec.h"
#include "harness/supervise/experiment.h"
#include "suites/judge.h"

namespace sandproof {

// `seed` chooses the moments of early signals.
[[nodiscard]] std::vector<Experiment> ExperimentsFor(const SupervisorSpec& spec,
                                                     const std::vector<std::string>& children,
                                                     std::uint64_t seed);

// The check of a property for a subject, with what the configuration expects of it.
[[nodiscard]] Check CheckFor(const SupervisorSpec& spec, const std::string& property,
                             const std::string& subject);

// All checks of these experiments and of the launchers of `sandboxes`, in the order of the
// catalogue, as far as `only` selects them.
[[nodiscard]] std::vector<Check> ChecksOf(const SupervisorSpec& spec,
                                          const std::vector<Experiment>& experiments,
                                          const std::vector<SandboxSpec>& sandboxes,
                                          const std::vector<std::string>& only);

// Whether any check of the experiment is selected.
[[nodiscard]] bool IsWanted(const SupervisorSpec& spec, const Experiment& experiment,
                            const std::vector<std::string>& only);

inline constexpr std::string_view kExitStatusProperty = "supervisor.exit_status_mapping";

}  // namespace sandproof
