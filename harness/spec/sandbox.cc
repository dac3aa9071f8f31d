#include "harness/spec/sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "harness/spec/log.h"
#include "harness/spec/property_ref.h"
#include "harness/spec/quote.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 15> kSandboxKeys = {
    "launch", "payload", "driver", "profile", "expect", "paths", "waive", "env",
    "cwd",    "fds",     "stdio",  "limit_s", "net",    "log",   "limits"};

constexpr std::size_t kLongestName = 64;
constexpr double kShortestLimit = 0.1;
constexpr double kLongestLimit = 3600;

// A sandbox's name becomes part of a CTest name, of a JUnit name and of file names.
std::optional<Error> WrongName(const Place& at) {
  const std::string& name = at.key();
  const auto is_letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const bool is_right = !name.empty() && name.size() <= kLongestName &&
                        is_letter_or_digit(name.front()) && std::ranges::all_of(name, [&](char c) {
                          return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
                        });
  if (is_right) return std::nullopt;
  return at.Wrong(fmt::format(
      "a sandbox's name is made of letters, digits, '.', '_' and '-', begins with a letter or a "
      "digit and has at most {} of them",
      kLongestName));
}

Result<StdioKind> ReadStdio(const Place& at) {
  return ReadWord<StdioKind>(at, {{"pipe", StdioKind::kPipe}, {"pty", StdioKind::kPty}});
}

Result<std::map<std::string, PathAccess>> ReadPaths(const Place& at) {
  TRY(const std::vector<Place> members, at.Members());
  std::map<std::string, PathAccess> paths;
  std::map<std::string, int> lines;
  for (const Place& member : members) {
    TRY(const std::string path, AbsolutePath(member, member.key()));
    TRY(const PathAccess access,
        ReadWord<PathAccess>(member, {{"read-only", PathAccess::kReadOnly},
                                      {"read-write", PathAccess::kReadWrite},
                                      {"private", PathAccess::kPrivate},
                                      {"absent", PathAccess::kAbsent}}));
    const auto [first, is_new] = lines.emplace(path, member.line());
    if (!is_new) {
      return member.Wrong(
          fmt::format("{} is there already, on line {}", Quoted(path), first->second));
    }
    paths.emplace(path, access);
  }
  return paths;
}

}  // namespace

Result<Profile> ReadProfile(const Place& at) {
  return ReadWord<Profile>(at, {{Name(Profile::kStrict), Profile::kStrict},
                                {Name(Profile::kService), Profile::kService},
                                {Name(Profile::kAgent), Profile::kAgent}});
}

Result<std::optional<Environment>> ReadEnvironment(const Place& at) {
  TRY(const std::vector<Place> members, at.Members());
  Environment environment;
  for (const Place& member : members) {
    if (!IsName(member.key())) {
      return member.Wrong("a variable's name is made of letters, digits and '_', no digit first");
    }
    TRY(environment[member.key()], ReadExpanded(member));
  }
  return std::optional<Environment>(std::move(environment));
}

Result<std::string> ReadDirectory(const Place& at) {
  TRY(const std::string text, at.String());
  return HostPath(at, text);
}

Result<std::chrono::milliseconds> ReadSecondsUpTo(const Place& at, double longest) {
  const bool is_right = at.node().kind == JsonKind::kNumber && at.node().number >= kShortestLimit &&
                        at.node().number <= longest;
  if (!is_right) {
    return at.Unexpected(fmt::format("a number of seconds from {} to {}", kShortestLimit, longest));
  }
  return std::chrono::milliseconds(std::llround(at.node().number * 1000));
}

Result<std::chrono::milliseconds> ReadSeconds(const Place& at) {
  return ReadSecondsUpTo(at, kLongestLimit);
}

Result<SandboxSpec> ReadSandbox(const Place& at) {
  if (std::optional<Error> wrong = WrongName(at)) return *std::move(wrong);
  if (std::optional<Error> wrong = at.WrongKeys(kSandboxKeys)) return *std::move(wrong);
  SandboxSpec sandbox{.name = at.key()};
  TRY(const Place launch, at.Require("launch"));
  sandbox.line = launch.line();
  sandbox.place = launch.Text();
  TRY(sandbox.launch, ReadLaunch(launch));
  TRY(sandbox.payload, ReadMember(at, "payload", ReadPayload));
  TRY(sandbox.driver, ReadOr(sandbox.driver, at, "driver", ReadText));
  TRY(sandbox.profile, ReadOr(sandbox.profile, at, "profile", ReadProfile));
  TRY(sandbox.expect, ReadOr(sandbox.expect, at, "expect", ReadExpectations));
  if (std::optional<Error> wrong = WrongKind(at, sandbox.expect, /*of_supervisor=*/false)) {
    return *std::move(wrong);
  }
  TRY(sandbox.net, ReadOr(sandbox.net, at, "net", ReadNet));
  TRY(sandbox.paths, ReadOr(sandbox.paths, at, "paths", ReadPaths));
  TRY(sandbox.waive, ReadOr(sandbox.waive, at, "waive", ReadWaivers));
  TRY(sandbox.log, ReadOr(sandbox.log, at, "log", ReadLog));
  TRY(sandbox.limits, ReadOr(sandbox.limits, at, "limits", ReadLimits));
  TRY(sandbox.env, ReadOr(sandbox.env, at, "env", ReadEnvironment));
  TRY(sandbox.cwd, ReadOr(at.document().dir, at, "cwd", ReadDirectory));
  sandbox.has_cwd = at.Find("cwd").has_value();
  TRY(sandbox.fds, ReadOr(sandbox.fds, at, "fds", ReadDescriptors));
  TRY(sandbox.stdio, ReadOr(sandbox.stdio, at, "stdio", ReadStdio));
  TRY(sandbox.limit, ReadOr(sandbox.limit, at, "limit_s", ReadSeconds));
  return sandbox;
}

}  // namespace sandproof
