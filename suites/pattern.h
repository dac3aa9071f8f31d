// Regular expressions, searched for in text that may be hostile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sandproof {

// Perl's, as Boost.Regex has them: "^" and "$" are the ends of the text, "." is no line break.
class Pattern {
 public:
  enum class Match : std::uint8_t {
    kNo,
    kYes,
    kUndecided,  // that would take too long, which a text can be made for; it proves nothing
  };

  // Nothing for a text that is no pattern: see WhyNoPattern.
  [[nodiscard]] static std::optional<Pattern> Of(const std::string& text);

  [[nodiscard]] Match Search(std::string_view text) const;
  // What the first group in parentheses takes in `text`; nothing without a match or such a group.
  [[nodiscard]] std::optional<std::string> FirstGroup(std::string_view text) const;
  [[nodiscard]] bool HasGroup() const;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

// One pattern, searched for in one line after another. It gives up when many cannot be decided: a
// log that is made for it would take minutes.
class LineSearch {
 public:
  explicit LineSearch(const std::string& pattern) : pattern_(Pattern::Of(pattern)) {}

  // False for what is no pattern, and once it has given up.
  [[nodiscard]] bool Matches(std::string_view line);
  // Whether there was a line, or is a pattern, of which nothing can be said.
  [[nodiscard]] bool IsUndecided() const { return !pattern_ || undecided_ > 0; }
  // Of a line that matches.
  [[nodiscard]] std::optional<std::string> FirstGroup(std::string_view line) const {
    return pattern_->FirstGroup(line);
  }

 private:
  std::optional<Pattern> pattern_;
  std::size_t undecided_ = 0;
};

// Why a text is no pattern; empty where it is one. The empty text is none: it would match all.
[[nodiscard]] std::string WhyNoPattern(const std::string& text);

}  // namespace sandproof
