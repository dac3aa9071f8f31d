#include "harness/spec/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"
#include "suites/pattern.h"

namespace sandproof {
namespace {

constexpr std::array<std::string_view, 5> kLogKeys = {"expect", "reject", "launch", "version",
                                                      "limit_s"};
constexpr double kLongestLog = 600;

// Braces and backslashes belong to the pattern: nothing in it is expanded.
Result<std::vector<std::string>> ReadPatterns(const Place& at) {
  TRY(const std::vector<Place> elements, at.Elements());
  std::vector<std::string> patterns;
  for (const Place& element : elements) {
    TRY(std::string pattern, ReadPattern(element));
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

Result<std::vector<std::string>> ReadLaunchCommand(const Place& at) {
  TRY(std::vector<std::string> command, ReadCommand(at, "a command"));
  if (command.front().find('/') == std::string::npos) return command;
  TRY(const std::vector<Place> elements, at.Elements());
  TRY(command.front(), HostPath(elements.front(), elements.front().node().text));
  return command;
}

Result<std::vector<std::string>> ReadVersionCommand(const Place& at) {
  return ReadCommand(at, "a command");
}

Result<std::chrono::milliseconds> ReadLimit(const Place& at) {
  return ReadSecondsUpTo(at, kLongestLog);
}

}  // namespace

Result<LogSpec> ReadLog(const Place& at) {
  if (std::optional<Error> wrong = at.WrongKeys(kLogKeys)) return *std::move(wrong);
  LogSpec log{.is_declared = true};
  TRY(log.rules.expect, ReadOr(log.rules.expect, at, "expect", ReadPatterns));
  TRY(log.rules.reject, ReadOr(log.rules.reject, at, "reject", ReadPatterns));
  TRY(log.launch, ReadOr(log.launch, at, "launch", ReadLaunchCommand));
  TRY(log.version, ReadOr(log.version, at, "version", ReadVersionCommand));
  TRY(log.limit, ReadOr(log.limit, at, "limit_s", ReadLimit));
  const bool has_group = std::ranges::any_of(
      log.rules.expect, [](const std::string& text) { return Pattern::Of(text)->HasGroup(); });
  if (!log.version.empty() && !has_group) {
    return at.Find("version")->Wrong(
        "no pattern of \"expect\" has a group in parentheses that takes the version from the log: "
        "\"Bun (\\\\d+\\\\.\\\\d+\\\\.\\\\d+)\"");
  }
  return log;
}

}  // namespace sandproof
