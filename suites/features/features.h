// What the field checks, row by row, and which of our properties answer to it.
//
// The rows are the union of the checks and features of twenty comparable tools. Their numbers are
// stable; numbers that are missing were out of scope.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

// One row. Either ids, or a note that says why there are none, or both.
struct Feature {
  int number = 0;
  std::string_view text = {};
  std::vector<std::string_view> ids = {};  // a property's id, or "fs.ro.*" for all below it
  std::string_view note = {};
};

struct FeatureSection {
  std::string_view title = {};
  std::vector<Feature> rows = {};
};

// Lives as long as the program.
[[nodiscard]] std::span<const FeatureSection> Features();

// Whether a row's id names this property.
[[nodiscard]] bool Names(std::string_view pattern, std::string_view id);

// The table of every row, as suites/features.md has it.
[[nodiscard]] std::string FeaturesMarkdown();

// One function per file of this directory; sections in the order of their numbers.
namespace features {
[[nodiscard]] std::vector<FeatureSection> Isolation();  // 1 to 4
[[nodiscard]] std::vector<FeatureSection> Privilege();  // 5 to 7
[[nodiscard]] std::vector<FeatureSection> Resources();  // 8 to 10
[[nodiscard]] std::vector<FeatureSection> Service();    // 11 and 12
[[nodiscard]] std::vector<FeatureSection> Tool();       // 13 to 16
}  // namespace features

}  // namespace sandproof
