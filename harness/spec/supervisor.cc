// What starts the sandboxes and watches over them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/replace.hpp>

#include "harness/spec/address.h"
#include "harness/spec/property_ref.h"
#include "harness/spec/quote.h"
#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

constexpr std::array<std::string_view, 15> kSupervisorKeys = {
    "launch",  "process", "children", "env",     "cwd",    "ready", "on_child_death", "on_signal",
    "restart", "limit_s", "parallel", "profile", "expect", "waive", "channels"};
constexpr std::array<std::string_view, 5> kReadyKeys = {"http", "unix", "tcp", "log", "file"};
constexpr std::size_t kMostParallel = 64;

// With a value in place of what only a start knows, for checks of the form.
std::string WithoutMarks(std::string text) {
  for (const auto& [mark, value] : {std::pair(kScratchMark, "/s"), std::pair(kPortMark, "1")}) {
    boost::replace_all(text, mark, value);
  }
  return text;
}

Result<std::string> ReadHostPath(const Place& at) {
  TRY(const std::string text, at.String());
  TRY(const std::string expanded, Expand(at, text));
  if (expanded.starts_with(kScratchMark)) return expanded;
  return HostPath(at, text);
}

Result<std::string> ReadUrl(const Place& at) {
  TRY(std::string url, ReadExpanded(at));
  if (ParseHttpUrl(WithoutMarks(url))) return url;
  return at.Wrong(fmt::format(
      "expected \"http://HOST:PORT/PATH\" with a numeric address or localhost, found {}",
      Quoted(WithoutMarks(url))));
}

Result<std::string> ReadTcp(const Place& at) {
  TRY(std::string text, ReadExpanded(at));
  if (ParseHostPort(WithoutMarks(text))) return text;
  return at.Wrong(
      fmt::format("expected \"HOST:PORT\" with a numeric address or localhost, found {}",
                  Quoted(WithoutMarks(text))));
}

Result<std::string> ReadReadyValue(const Place& at) {
  if (at.key() == "http") return ReadUrl(at);
  if (at.key() == "tcp") return ReadTcp(at);
  if (at.key() == "log") return ReadPattern(at);
  return ReadHostPath(at);
}

ReadyCheck::Kind KindOf(std::string_view key) {
  const auto found = std::ranges::find(kReadyKeys, key);
  return static_cast<ReadyCheck::Kind>(found - kReadyKeys.begin());
}

Result<std::vector<ReadyCheck>> ReadReadyObject(const Place& at) {
  if (std::optional<Error> wrong = at.WrongKeys(kReadyKeys)) return *std::move(wrong);
  TRY(const std::vector<Place> members, at.Members());
  std::vector<ReadyCheck> checks;
  for (const Place& member : members) {
    TRY(std::string value, ReadReadyValue(member));
    checks.push_back({.kind = KindOf(member.key()), .value = std::move(value)});
  }
  if (checks.empty()) return at.Unexpected("one of \"http\", \"unix\", \"tcp\", \"log\", \"file\"");
  return checks;
}

Result<std::vector<ReadyCheck>> ReadReady(const Place& at) {
  if (at.node().kind != JsonKind::kArray) return ReadReadyObject(at);
  TRY(const std::vector<Place> elements, at.Elements());
  if (elements.empty()) return at.Unexpected("a sign that the system serves");
  std::vector<ReadyCheck> checks;
  for (const Place& element : elements) {
    TRY(const std::vector<ReadyCheck> some, ReadReadyObject(element));
    checks.insert(checks.end(), some.begin(), some.end());
  }
  return checks;
}

bool IsChildName(const std::string& name) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(kLetters) == std::string::npos;
}

Result<std::map<std::string, std::string>> ReadChildren(const Place& at) {
  TRY(const std::vector<Place> members, at.Members());
  if (members.empty()) return at.Unexpected("a child: {\"auth\": \"auth\\\\.ts\"}");
  std::map<std::string, std::string> children;
  for (const Place& member : members) {
    if (!IsChildName(member.key())) {
      return member.Wrong("a child's name is made of letters, digits, '.', '_' and '-'");
    }
    TRY(children[member.key()], ReadPattern(member));
  }
  return children;
}

Result<StatusRule> ReadStatusRule(const Place& at) {
  return ReadWord<StatusRule>(
      at, {{"nonzero", StatusRule::kNonzero}, {"child's", StatusRule::kChilds}});
}

Result<bool> ReadBoolean(const Place& at) {
  if (at.node().kind == JsonKind::kBoolean) return at.node().text == "true";
  return at.Unexpected("true or false");
}

Result<std::size_t> ReadParallel(const Place& at) {
  const double number = at.node().number;
  const bool is_right = at.node().kind == JsonKind::kNumber && number >= 1 &&
                        number <= static_cast<double>(kMostParallel) &&
                        number == static_cast<double>(static_cast<std::size_t>(number));
  if (!is_right) return at.Unexpected(fmt::format("a whole number from 1 to {}", kMostParallel));
  return static_cast<std::size_t>(number);
}

std::optional<Error> ReadDeath(const Place& at, SupervisorSpec& spec) {
  constexpr std::array<std::string_view, 2> kDeathKeys = {"exit_within_s", "status"};
  const auto read = [&]() -> Result<bool> {
    if (std::optional<Error> wrong = at.WrongKeys(kDeathKeys)) return *std::move(wrong);
    TRY(spec.death_limit, ReadOr(spec.death_limit, at, "exit_within_s", ReadSeconds));
    TRY(spec.status, ReadOr(spec.status, at, "status", ReadStatusRule));
    return true;
  };
  const Result<bool> result = read();
  if (result) return std::nullopt;
  return result.error();
}

std::optional<Error> ReadSignal(const Place& at, SupervisorSpec& spec) {
  constexpr std::array<std::string_view, 2> kSignalKeys = {"exit_within_s", "grace_s"};
  const auto read = [&]() -> Result<bool> {
    if (std::optional<Error> wrong = at.WrongKeys(kSignalKeys)) return *std::move(wrong);
    TRY(spec.signal_limit, ReadOr(spec.signal_limit, at, "exit_within_s", ReadSeconds));
    TRY(spec.grace, ReadOr(spec.grace, at, "grace_s", ReadSeconds));
    return true;
  };
  const Result<bool> result = read();
  if (result) return std::nullopt;
  return result.error();
}

bool HasMark(const std::string& text) {
  return text.find(kScratchMark) != std::string::npos || text.find(kPortMark) != std::string::npos;
}

// Whether nothing of that start has to be made up: where services lie, their channels and their
// launch lines say.
bool IsInOnePlace(const SupervisorSpec& spec) {
  const std::map<std::string, std::string>& own = *spec.channel_env;
  std::vector<std::string> texts = spec.launch;
  texts.push_back(spec.cwd);
  for (const auto& [name, value] : own) texts.push_back(value);
  for (const auto& [name, value] : spec.env.value_or(std::map<std::string, std::string>())) {
    if (!own.contains(name)) texts.push_back(value);
  }
  return std::ranges::none_of(texts, HasMark);
}

std::optional<Error> ReadChannelStart(const Place& at, SupervisorSpec& spec) {
  constexpr std::array<std::string_view, 1> kStartKeys = {"env"};
  const auto read = [&]() -> Result<bool> {
    if (std::optional<Error> wrong = at.WrongKeys(kStartKeys)) return *std::move(wrong);
    TRY(const auto env,
        ReadOr(std::optional<std::map<std::string, std::string>>(), at, "env", ReadEnvironment));
    spec.channel_env = env.value_or(std::map<std::string, std::string>());
    if (IsInOnePlace(spec)) return true;
    return at.Wrong(
        "leaves {scratch} or {port} in \"launch\", \"cwd\" or \"env\"; give each such variable the "
        "value with which the services are where their channels lie");
  };
  const Result<bool> result = read();
  if (result) return std::nullopt;
  return result.error();
}

Result<std::vector<std::string>> ReadSupervisorLaunch(const Place& at) {
  TRY(std::vector<std::string> launch, ReadCommand(at, "the supervisor's command"));
  if (launch.front().find('/') == std::string::npos) return launch;
  TRY(const std::vector<Place> elements, at.Elements());
  TRY(launch.front(), ReadHostPath(elements.front()));
  return launch;
}

Result<SupervisorSpec> ReadMembers(const Place& at) {
  SupervisorSpec spec;
  TRY(const Place launch, at.Require("launch"));
  spec.line = launch.line();
  TRY(spec.launch, ReadSupervisorLaunch(launch));
  TRY(spec.process, ReadOr(spec.process, at, "process", ReadPattern));
  TRY(spec.children, ReadOr(spec.children, at, "children", ReadChildren));
  TRY(spec.env, ReadOr(spec.env, at, "env", ReadEnvironment));
  TRY(spec.cwd, ReadOr(at.document().dir, at, "cwd", ReadHostPath));
  TRY(spec.ready, ReadMember(at, "ready", ReadReady));
  for (const auto& [key, read] :
       {std::pair("on_child_death", &ReadDeath), std::pair("on_signal", &ReadSignal),
        std::pair("channels", &ReadChannelStart)}) {
    const std::optional<Place> member = at.Find(key);
    if (!member) continue;
    if (std::optional<Error> wrong = read(*member, spec)) return *std::move(wrong);
  }
  TRY(spec.restarts, ReadOr(spec.restarts, at, "restart", ReadBoolean));
  TRY(spec.limit, ReadOr(spec.limit, at, "limit_s", ReadSeconds));
  TRY(spec.parallel, ReadOr(spec.parallel, at, "parallel", ReadParallel));
  TRY(spec.profile, ReadOr(spec.profile, at, "profile", ReadProfile));
  TRY(spec.expect, ReadOr(spec.expect, at, "expect", ReadExpectations));
  TRY(spec.waive, ReadOr(spec.waive, at, "waive", ReadWaivers));
  if (std::optional<Error> wrong = WrongKind(at, spec.expect, /*of_supervisor=*/true)) {
    return *std::move(wrong);
  }
  return spec;
}

}  // namespace

Result<SupervisorSpec> ReadSupervisor(const Place& at) {
  if (std::optional<Error> wrong = at.WrongKeys(kSupervisorKeys)) return *std::move(wrong);
  // --define cannot give them a meaning: here they are of each start.
  Document document = at.document();
  document.names.insert_or_assign("scratch", std::string(kScratchMark));
  document.names.insert_or_assign("port", std::string(kPortMark));
  return ReadMembers(Place(document, at.node(), std::string(kSupervisorName)));
}

}  // namespace sandproof
