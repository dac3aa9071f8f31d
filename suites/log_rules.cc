#include "suites/log_rules.h"

#include <algorithm>
#include <boost/regex.hpp>
#include <cctype>
#include <optional>

namespace sandproof {

namespace {

using Lines = std::vector<std::string>;

// Without colours and carriage returns.
std::string Plain(std::string_view line) {
  std::string plain;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && (line[i] < '@' || line[i] > '~')) ++i;
      continue;
    }
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte >= ' ' || byte == '\t') plain += line[i];
  }
  return plain;
}

Lines LinesOf(std::string_view text) {
  Lines lines;
  while (!text.empty() && lines.size() < kMostLogLines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line = Plain(text.substr(0, std::min(end, kLongestLogLine)));
    if (!line.empty()) lines.push_back(std::move(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::optional<boost::regex> Compiled(const std::string& pattern) {
  try {
    return boost::regex(pattern, boost::regex::perl);
  } catch (const boost::regex_error&) {
    return std::nullopt;
  }
}

enum class Match : std::uint8_t { kNo, kYes, kUndecided };

// Boost gives up by an exception where a match would take too long.
Match Search(const std::string& line, const boost::regex& pattern, boost::smatch& found) {
  try {
    return boost::regex_search(line, found, pattern) ? Match::kYes : Match::kNo;
  } catch (const std::runtime_error&) {
    return Match::kUndecided;
  }
}

void Expect(const Lines& lines, const std::string& text, LogFindings& findings) {
  const std::optional<boost::regex> pattern = Compiled(text);
  bool is_undecided = !pattern;
  for (const std::string& line : lines) {
    if (!pattern) break;
    boost::smatch found;
    const Match match = Search(line, *pattern, found);
    if (match == Match::kYes) {
      if (found.size() > 1) findings.captured.push_back(found[1].str());
      return;
    }
    is_undecided = is_undecided || match == Match::kUndecided;
  }
  (is_undecided ? findings.undecided : findings.missing).push_back(text);
}

void Reject(const Lines& lines, const std::string& text, LogFindings& findings) {
  const std::optional<boost::regex> pattern = Compiled(text);
  bool is_undecided = !pattern;
  for (const std::string& line : lines) {
    if (!pattern) break;
    boost::smatch found;
    const Match match = Search(line, *pattern, found);
    is_undecided = is_undecided || match == Match::kUndecided;
    const bool is_new = std::ranges::find(findings.rejected, line) == findings.rejected.end();
    if (match == Match::kYes && is_new) findings.rejected.push_back(line);
  }
  if (is_undecided) findings.undecided.push_back(text);
}

bool IsPartOfVersion(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '+';
}

}  // namespace

const std::vector<std::string>& DefaultLogRejects() {
  static const std::vector<std::string> patterns = {R"(\$\{[A-Za-z_][A-Za-z0-9_]*\})",
                                                    R"(\$\([A-Za-z_./])"};
  return patterns;
}

LogFindings ReadLog(std::string_view text, const LogRules& rules) {
  const Lines lines = LinesOf(text);
  LogFindings findings{.is_empty = lines.empty()};
  for (const std::string& pattern : rules.expect) Expect(lines, pattern, findings);
  for (const std::string& pattern : rules.reject) Reject(lines, pattern, findings);
  for (const std::string& pattern : DefaultLogRejects()) Reject(lines, pattern, findings);
  return findings;
}

bool HasAllExpected(std::string_view text, const LogRules& rules) {
  const Lines lines = LinesOf(text);
  LogFindings findings;
  for (const std::string& pattern : rules.expect) Expect(lines, pattern, findings);
  return findings.missing.empty() && findings.undecided.empty();
}

std::string WhyNoPattern(const std::string& text) {
  if (text.empty()) return "it is empty, and would match every line";
  try {
    const boost::regex pattern(text, boost::regex::perl);
    static_cast<void>(pattern);
    return {};
  } catch (const boost::regex_error& error) {
    std::string why = error.what();
    return why.substr(0, why.find("  The error occurred"));
  }
}

bool HasGroup(const std::string& pattern) {
  const std::optional<boost::regex> compiled = Compiled(pattern);
  return compiled && compiled->mark_count() > 0;
}

bool SaysVersion(std::string_view text, std::string_view version) {
  if (version.empty()) return false;
  for (std::size_t at = 0; (at = text.find(version, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + version.size();
    // "v1.2.3" says 1.2.3.
    const bool begins = at == 0 || !IsPartOfVersion(text[at - 1]) ||
                        (text[at - 1] == 'v' && (at == 1 || !IsPartOfVersion(text[at - 2])));
    if (begins && (end == text.size() || !IsPartOfVersion(text[end]))) return true;
  }
  return false;
}

}  // namespace sandproof
