// The commands that make CTest know the checks of a sandbox.
#pragma once

#include <string>
#include <vector>

namespace sandproof::cli {

struct CtestOrder {
  std::string name = {};     // what every name begins with
  std::string program = {};  // sandproof-conformance
  std::string config = {};
  std::string sandbox = {};
  std::string report = {};
  std::vector<std::string> define = {};
  std::vector<std::string> require = {};
  std::vector<std::string> labels = {};
  std::vector<std::string> fixtures = {};  // that the launch needs
  int timeout = 120;                       // seconds, of the launch
  std::vector<std::string> checks = {};    // ids with their subjects
};

// NAME.collect launches and stores, NAME.required fails when that showed nothing, NAME/ID is one
// check.
//
// Source: cmake-properties(7), TEST_INCLUDE_FILES: CTest reads such a file when it starts.
[[nodiscard]] std::string CtestScript(const CtestOrder& order);

}  // namespace sandproof::cli
