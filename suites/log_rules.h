// What a launcher's log must say, and what it must not. Pure: takes text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

// Texts of Patterns, each searched for in every line.
struct LogRules {
  std::vector<std::string> expect = {};  // each in some line
  std::vector<std::string> reject = {};  // none in any line, besides DefaultLogRejects
};

struct LogFindings {
  std::vector<std::string> missing = {};   // those of `expect` that no line matches
  std::vector<std::string> rejected = {};  // lines, cut at kLongestLogLine
  // What the first group in parentheses of each of `expect` that has one took, at its first match.
  std::vector<std::string> captured = {};
  std::vector<std::string> undecided = {};  // patterns that took too long, which proves nothing
  bool is_empty = true;                     // nothing was said at all
};

inline constexpr std::size_t kLongestLogLine = 1000;  // bytes; what follows is not looked at
inline constexpr std::size_t kMostLogLines = 5000;    // the rest is not looked at

// "${NAME}" and "$(command": hardly anybody means to print them. "$NAME" is not among them, because
// messages advise to set $HOME.
[[nodiscard]] const std::vector<std::string>& DefaultLogRejects();

// Lines come from inside too: they are matched, and cut, and nothing else. Control characters of a
// terminal are left out.
[[nodiscard]] LogFindings ReadLog(std::string_view text, const LogRules& rules);

// Whether every one of `expect` has been seen.
[[nodiscard]] bool HasAllExpected(std::string_view text, const LogRules& rules);

// Whether `version` stands in `text` as a whole: "1.2.3" stands in "v1.2.3 (x64)", not in "1.2.31".
[[nodiscard]] bool SaysVersion(std::string_view text, std::string_view version);

}  // namespace sandproof
