// The variables that a launcher hands to its payload, as far as its line and its own environment
// tell.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/driver/driver.h"
#include "harness/spec/spec.h"
#include "suites/plan.h"

namespace sandproof {

struct Variable {
  std::string name = {};
  std::string value = {};
  bool is_of_line = false;  // the launch line gives it, and not whoever starts that
};

// By --setenv and the like, by env(1) in the line, and what is inherited where nothing clears it.
[[nodiscard]] std::vector<Variable> VariablesOf(const SandboxSpec& spec, const Promises& promises);

// The paths in a variable's value: one, or a list with colons between them; without file:// and
// unix:. Empty where it is something else.
[[nodiscard]] std::vector<std::string> PathsIn(const std::string& value);

// What the probe of paths in variables must know: which are not there outside either.
[[nodiscard]] Params ExemptVariables(const SandboxSpec& spec, const Promises& promises,
                                     const std::string& canary);

}  // namespace sandproof
