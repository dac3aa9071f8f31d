#include "reports/redact.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/replace.hpp>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "reports/judging.h"
#include "suites/judge.h"

namespace sandproof {

namespace {

// Shorter ones would be found in words that have nothing to do with them.
constexpr std::size_t kLeastSearched = 8;

struct IsLonger {
  bool operator()(const std::string& one, const std::string& other) const {
    return one.size() != other.size() ? one.size() > other.size() : one < other;
  }
};

// Longest first: a secret may contain another.
using Secrets = std::set<std::string, IsLonger>;

// These end a part of a name too: PGPASSWORD, authToken.
constexpr std::array<std::string_view, 6> kEndings = {"TOKEN",  "SECRET",     "PASSWORD",
                                                      "PASSWD", "CREDENTIAL", "APIKEY"};
// These are whole parts only: COMPASS and MONKEY hide nothing.
constexpr std::array<std::string_view, 6> kWords = {"PASS", "PASSPHRASE", "KEY",
                                                    "AUTH", "PRIVATE",    "COOKIE"};

bool IsSecretPart(std::string_view part) {
  const auto is_word = [&](std::string_view word) { return part == word; };
  const auto is_ending = [&](std::string_view word) { return part.ends_with(word); };
  const auto is_any = [&] {
    return std::ranges::any_of(kWords, is_word) || std::ranges::any_of(kEndings, is_ending);
  };
  if (is_any()) return true;
  if (!part.ends_with('S')) return false;
  part.remove_suffix(1);
  return is_any();
}

}  // namespace

bool IsSecretName(std::string_view name) {
  std::string part;
  for (const char c : name) {
    if (c == '_' || c == '-') {
      if (IsSecretPart(part)) return true;
      part.clear();
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0) return false;
    part += static_cast<char>(std::toupper(byte));
  }
  return IsSecretPart(part);
}

namespace {

// Paths and short numbers stay. What base64 adds to letters and digits is rare in a path.
bool IsSecretValue(std::string_view value) {
  constexpr std::size_t kLongestNumber = 7;
  const bool is_number = std::ranges::all_of(
      value, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
  if (is_number && value.size() <= kLongestNumber) return false;
  const bool is_path =
      value.starts_with('/') && value.find_first_of("+=") == std::string_view::npos;
  return !is_path && value != kRedacted;
}

// "--token", whose value is the next word.
bool IsSecretOption(std::string_view word) {
  return word.starts_with("--") && word.size() > 2 && IsSecretName(word.substr(2));
}

// Where the value of a word NAME=value or --option=NAME=value begins, if its name is a secret's.
std::size_t SecretIn(std::string_view word) {
  std::size_t begin = 0;
  for (int i = 0; i < 2; ++i) {
    const std::size_t end = word.find('=', begin);
    if (end == std::string_view::npos) break;
    if (IsSecretName(word.substr(begin, end - begin))) return end + 1;
    if (!word.starts_with("-")) break;
    begin = end + 1;
  }
  return std::string_view::npos;
}

// Redacts the value that begins at `at`; 1 when it was a secret.
int Take(std::string& word, std::size_t at, Secrets& secrets) {
  if (at > word.size() || !IsSecretValue(std::string_view(word).substr(at))) return 0;
  secrets.insert(word.substr(at));
  word.replace(at, std::string::npos, kRedacted);
  return 1;
}

// What separates the words of a command that a shell will read.
constexpr std::string_view kBetween = " \t\n;&|()'\"";

// The words of such a command, each redacted like one of our own.
int TakeWithin(std::string& command, Secrets& secrets) {
  int count = 0;
  bool is_value = false;
  for (std::size_t begin = 0;
       (begin = command.find_first_not_of(kBetween, begin)) != std::string::npos;) {
    std::size_t end = std::min(command.find_first_of(kBetween, begin), command.size());
    // NAME="value"
    const bool is_quoted = end < command.size() && (command[end] == '"' || command[end] == '\'') &&
                           command[end - 1] == '=';
    const std::size_t close = is_quoted ? command.find(command[end], end + 1) : end;
    const std::size_t at = is_quoted ? end + 1 : begin;
    if (is_quoted) is_value = SecretIn(command.substr(begin, end - begin)) != std::string::npos;
    std::string word = command.substr(at, close - at);
    const bool is_option = !is_quoted && IsSecretOption(word);
    count += Take(word, is_value ? 0 : SecretIn(word), secrets);
    const std::size_t rest = std::min(close, command.size());
    command.replace(at, rest - at, word);
    begin = at + word.size() + (is_quoted ? 1 : 0);
    is_value = is_option;
  }
  return count;
}

int TakeFrom(std::vector<std::string>& argv, Secrets& secrets) {
  int count = 0;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    const bool is_set = i >= 2 && argv[i - 2] == "--setenv" && IsSecretName(argv[i - 1]);
    const bool is_given = i >= 1 && IsSecretOption(argv[i - 1]) && !argv[i].starts_with("-");
    const std::size_t at = is_set || is_given ? 0 : SecretIn(argv[i]);
    const bool is_command =
        at == std::string::npos && argv[i].find_first_of(" \t\n") != std::string::npos;
    count += is_command ? TakeWithin(argv[i], secrets) : Take(argv[i], at, secrets);
  }
  return count;
}

void Clean(std::string& text, const Secrets& secrets) {
  for (const std::string& secret : secrets) boost::replace_all(text, secret, kRedacted);
}

void Clean(std::vector<std::string>& texts, const Secrets& secrets) {
  for (std::string& text : texts) Clean(text, secrets);
}

void Clean(std::optional<Observation>& observation, const Secrets& secrets) {
  if (!observation) return;
  Clean(observation->call, secrets);
  for (auto& [name, values] : observation->facts) Clean(values, secrets);
}

void KeepFact(std::optional<Observation>& observation, const std::optional<Observation>& original,
              std::string_view fact) {
  if (!observation) return;
  const auto found = original->facts.find(fact);
  if (found != original->facts.end()) observation->facts[found->first] = found->second;
}

// A record that names a value names no secret, and two secrets must not become one value.
void Clean(CheckResult& result, const Secrets& secrets) {
  const Check check = result.check;
  const Evidence original = result.evidence;
  Evidence& evidence = result.evidence;
  Clean(evidence.inside, secrets);
  Clean(evidence.control_before, secrets);
  Clean(evidence.control_after, secrets);
  Clean(evidence.silence, secrets);
  Clean(result.check.expected, secrets);
  Clean(result.check.not_applicable, secrets);
  Clean(result.promised_by, secrets);
  Clean(result.upheld_by, secrets);
  if (!check.property->fact) return;
  const Judgement before = Judge(check, original);
  const Judgement after = Judge(result.check, evidence);
  if (after.verdict == before.verdict && after.reason == before.reason) return;
  const std::string_view fact = check.property->fact->fact;
  result.check.expected = check.expected;
  KeepFact(evidence.inside, original.inside, fact);
  KeepFact(evidence.control_before, original.control_before, fact);
  KeepFact(evidence.control_after, original.control_after, fact);
}

void Clean(SandboxRun& sandbox, const Secrets& secrets) {
  Clean(sandbox.argv, secrets);
  Clean(sandbox.launched, secrets);
  Clean(sandbox.perturbation, secrets);
  Clean(sandbox.launcher_version, secrets);
  Clean(sandbox.launch_error, secrets);
  Clean(sandbox.launcher_stderr, secrets);
  Clean(sandbox.promises, secrets);
  for (CheckResult& result : sandbox.results) Clean(result, secrets);
}

// Short values would be found in words that have nothing to do with them.
void KeepSearched(Secrets& secrets) {
  std::erase_if(secrets, [](const std::string& secret) {
    return secret.size() < kLeastSearched || kRedacted.find(secret) != std::string_view::npos;
  });
}

void Clean(ProtectionProof& one, const Secrets& secrets) {
  Clean(one.id, secrets);
  Clean(one.flag, secrets);
  Clean(one.explanation, secrets);
  Clean(one.with, secrets);
  Clean(one.launched, secrets);
}

void Clean(DepthProof& one, const Secrets& secrets) {
  Clean(one.protections, secrets);
  Clean(one.explanation, secrets);
  Clean(one.launched, secrets);
}

}  // namespace

std::vector<std::string> SecretsIn(const std::vector<std::string>& argv) {
  constexpr std::size_t kLongest = 120;
  std::vector<std::string> words = argv;
  Secrets secrets;
  TakeFrom(words, secrets);
  std::vector<std::string> named;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == argv[i]) continue;
    const bool is_set = i >= 2 && words[i] == kRedacted && argv[i - 2] == "--setenv";
    const std::string before = i >= 1 && words[i] == kRedacted ? argv[i - 1] + ' ' : std::string();
    named.push_back((is_set ? "--setenv " : "") + before + words[i].substr(0, kLongest));
  }
  return named;
}

void Redact(Run& run) {
  Secrets secrets;
  for (SandboxRun& sandbox : run.sandboxes) {
    const int count = TakeFrom(sandbox.argv, secrets);
    TakeFrom(sandbox.launched, secrets);
    if (count == 0) continue;
    sandbox.perturbation.push_back("values redacted in this report of the command: " +
                                   std::to_string(count));
  }
  if (secrets.empty()) return;
  KeepSearched(secrets);
  for (SandboxRun& sandbox : run.sandboxes) Clean(sandbox, secrets);
  JudgeAgain(run, {});
}

void Redact(Proof& proof) {
  Secrets secrets;
  for (SandboxProof& sandbox : proof.sandboxes) {
    TakeFrom(sandbox.argv, secrets);
    for (ProtectionProof& one : sandbox.protections) TakeFrom(one.launched, secrets);
    for (DepthProof& one : sandbox.in_depth) TakeFrom(one.launched, secrets);
  }
  KeepSearched(secrets);
  for (SandboxProof& sandbox : proof.sandboxes) {
    Clean(sandbox.argv, secrets);
    Clean(sandbox.launcher_version, secrets);
    Clean(sandbox.shortfall, secrets);
    for (ProtectionProof& one : sandbox.protections) Clean(one, secrets);
    for (DepthProof& one : sandbox.in_depth) Clean(one, secrets);
    for (Unproven& one : sandbox.unproven) Clean(one.why, secrets);
  }
}

}  // namespace sandproof
