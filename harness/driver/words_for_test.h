// A launch line, written as one text.
#pragma once

#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace sandproof {

inline std::vector<std::string> Words(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace sandproof
