// Golden files: reports/testdata/NAME.golden, compared byte for byte.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace sandproof {

inline std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// A difference leaves the new text in the build tree, and says how to accept it.
inline void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string golden =
      std::string(SANDPROOF_SOURCE_DIR "/reports/testdata/") + name + ".golden";
  if (ReadTestFile(golden) == actual) return;
  const std::string fresh = std::string(SANDPROOF_BINARY_DIR "/") + name + ".actual";
  std::ofstream(fresh, std::ios::binary) << actual;
  ADD_FAILURE() << "differs; see: diff " << golden << ' ' << fresh << "\naccept: cp " << fresh
                << ' ' << golden;
}

}  // namespace sandproof
