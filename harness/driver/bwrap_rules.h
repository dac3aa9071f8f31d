// What is known of bwrap's options when one of them is taken away.
#pragma once

#include <string_view>
#include <vector>

namespace sandproof {

struct BwrapRule {
  std::string_view name = {};
  // Why nothing needs to turn red without it; empty for what protects.
  std::string_view unobservable = {};
  bool is_launched = true;
  bool takes_descriptor = false;                 // its first operand is one
  std::vector<std::string_view> needed_by = {};  // options that bwrap refuses without it
};

// The rule for an option; one with just its name where nothing special is known.
[[nodiscard]] BwrapRule BwrapRuleFor(std::string_view name);

}  // namespace sandproof
