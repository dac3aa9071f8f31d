#include "harness/cli/variables.h"

#include <algorithm>
#include <cctype>

namespace sandproof::cli {

namespace {

bool IsName(const std::string& text) {
  const auto is_word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::all_of(text.begin(), text.end(), is_word);
}

}  // namespace

Result<std::map<std::string, std::string>> ParseVariables(const std::vector<std::string>& words) {
  std::map<std::string, std::string> variables;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (equals == std::string::npos || !IsName(name)) {
      return BadInput("--define " + word + ": it must be NAME=VALUE");
    }
    if (!variables.try_emplace(name, word.substr(equals + 1)).second) {
      return BadInput("--define " + word + ": " + name + " is defined twice");
    }
  }
  return variables;
}

}  // namespace sandproof::cli
