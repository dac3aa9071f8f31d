// What sandproof-conformance is told to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/ctest_script.h"

namespace sandproof::cli {

struct ConformanceOptions {
  bool collect = false;
  bool ctest = false;
  bool required = false;
  std::string config = {};
  std::string report = {};
  std::string sandbox = {};
  std::string check = {};
  std::vector<std::string> define = {};
  std::vector<std::string> require = {};
  CtestOrder order = {};
};

// Takes them from the command line; the exit code where nothing is left to do: --help, and what
// cannot be parsed, which it says.
[[nodiscard]] std::optional<int> Parse(int argc, char** argv, ConformanceOptions& options);

}  // namespace sandproof::cli
