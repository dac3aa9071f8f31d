#include "suites/pattern.h"

#include <boost/regex.hpp>
#include <stdexcept>

namespace sandproof {

namespace {

using Found = boost::match_results<std::string_view::const_iterator>;

Pattern::Match SearchFor(const boost::regex& regex, std::string_view text, Found& found) {
  const auto as_perl = boost::match_single_line | boost::match_not_dot_newline;
  try {
    const bool is_there = boost::regex_search(text.begin(), text.end(), found, regex, as_perl);
    return is_there ? Pattern::Match::kYes : Pattern::Match::kNo;
  } catch (const std::runtime_error&) {
    return Pattern::Match::kUndecided;  // Boost has counted the steps
  }
}

}  // namespace

struct Pattern::Compiled {
  boost::regex regex;
};

std::optional<Pattern> Pattern::Of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  try {
    return Pattern(std::make_shared<const Compiled>(Compiled{boost::regex(text)}));
  } catch (const boost::regex_error&) {
    return std::nullopt;
  }
}

Pattern::Match Pattern::Search(std::string_view text) const {
  Found found;
  return SearchFor(compiled_->regex, text, found);
}

std::optional<std::string> Pattern::FirstGroup(std::string_view text) const {
  Found found;
  if (SearchFor(compiled_->regex, text, found) != Match::kYes || !HasGroup()) return std::nullopt;
  return found[1].str();
}

bool Pattern::HasGroup() const { return compiled_->regex.mark_count() > 0; }

bool LineSearch::Matches(std::string_view line) {
  constexpr std::size_t kMostUndecided = 16;
  if (!pattern_ || undecided_ >= kMostUndecided) return false;
  const Pattern::Match match = pattern_->Search(line);
  undecided_ += match == Pattern::Match::kUndecided ? 1U : 0U;
  return match == Pattern::Match::kYes;
}

std::string WhyNoPattern(const std::string& text) {
  if (text.empty()) return "it is empty, and would match all";
  try {
    static_cast<void>(boost::regex(text));
    return {};
  } catch (const boost::regex_error& error) {
    const std::string why = error.what();
    return why.substr(0, why.find("  The error occurred"));
  }
}

}  // namespace sandproof
