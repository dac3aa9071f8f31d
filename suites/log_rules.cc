#include "suites/log_rules.h"

#include <algorithm>
#include <cctype>

#include "suites/pattern.h"

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

void Expect(const Lines& lines, const std::string& text, LogFindings& findings) {
  LineSearch search(text);
  for (const std::string& line : lines) {
    if (!search.Matches(line)) continue;
    if (auto group = search.FirstGroup(line)) findings.captured.push_back(*std::move(group));
    return;
  }
  (search.IsUndecided() ? findings.undecided : findings.missing).push_back(text);
}

void Reject(const Lines& lines, const std::string& text, LogFindings& findings) {
  LineSearch search(text);
  for (const std::string& line : lines) {
    const bool is_known = std::ranges::find(findings.rejected, line) != findings.rejected.end();
    if (search.Matches(line) && !is_known) findings.rejected.push_back(line);
  }
  if (search.IsUndecided()) findings.undecided.push_back(text);
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
