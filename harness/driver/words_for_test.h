// A launch line, written as one text, and back.
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

inline std::string Joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

}  // namespace sandproof
