#include "harness/collect/variables.h"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "harness/process/process.h"
#include "probes/wire/text.h"

namespace sandproof {

namespace {

// What env(1) in a launch line does to the environment.
struct EnvWords {
  std::map<std::string, std::string> set = {};
  std::set<std::string> unset = {};
  bool is_cleared = false;
};

// The words behind env up to its command; where that begins.
std::size_t ReadEnv(const std::vector<std::string>& words, std::size_t at, EnvWords& env) {
  for (++at; at < words.size(); ++at) {
    const std::string& word = words[at];
    const std::size_t equals = word.find('=');
    if (word == "-i" || word == "-" || word == "--ignore-environment") {
      env.is_cleared = true;
    } else if (word == "-u" && at + 1 < words.size()) {
      env.unset.insert(words[++at]);
    } else if (word.starts_with("--unset=")) {
      env.unset.insert(word.substr(equals + 1));
    } else if (!word.starts_with('-') && equals != std::string::npos) {
      env.set[word.substr(0, equals)] = word.substr(equals + 1);
    } else if (!word.starts_with('-')) {
      break;
    }
  }
  return at;
}

EnvWords EnvOf(const std::vector<std::string>& launch) {
  EnvWords env;
  for (std::size_t at = 0; at < launch.size();) {
    at = BaseName(launch[at]) == "env" ? ReadEnv(launch, at, env) : at + 1;
  }
  return env;
}

std::map<std::string, std::string> Inherited(const SandboxSpec& spec) {
  if (spec.env) return *spec.env;
  std::map<std::string, std::string> variables;
  for (const std::string& entry : OwnEnvironment()) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) {
      variables.try_emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return variables;
}

bool IsThere(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void Append(std::string& list, const std::string& word) { list += ',' + word; }

}  // namespace

std::vector<Variable> VariablesOf(const SandboxSpec& spec, const Promises& promises) {
  const EnvWords env = EnvOf(spec.launch);
  std::map<std::string, Variable> all;
  const auto add = [&](const std::map<std::string, std::string>& some, bool is_of_line) {
    for (const auto& [name, value] : some) all[name] = {name, value, is_of_line};
  };
  if (!env.is_cleared && !promises.env_cleared) add(Inherited(spec), false);
  add(env.set, true);
  add(promises.env_set, true);
  for (const auto* unset : {&env.unset, &promises.env_unset}) {
    for (const std::string& name : *unset) all.erase(name);
  }
  std::vector<Variable> variables;
  for (auto& [name, variable] : all) variables.push_back(std::move(variable));
  return variables;
}

std::vector<std::string> PathsIn(const std::string& value) {
  std::string_view rest = value;
  for (const std::string_view scheme : {"file://", "unix:path=", "unix://", "unix:"}) {
    if (!rest.starts_with(scheme)) continue;
    rest.remove_prefix(scheme.size());
    rest = rest.substr(0, rest.find(','));
    return rest.starts_with('/') && rest.size() > 1 ? std::vector{std::string(rest)}
                                                    : std::vector<std::string>();
  }
  std::vector<std::string> paths;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string_view one = rest.substr(0, end);
    if (one.size() < 2 || one.front() != '/' ||
        one.find_first_of(" \n") != std::string_view::npos) {
      return {};
    }
    paths.emplace_back(one);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return paths;
}

Params ExemptVariables(const SandboxSpec& spec, const Promises& promises,
                       const std::string& canary) {
  std::string exempt = canary;
  std::string absent;
  for (const Variable& variable : VariablesOf(spec, promises)) {
    const std::vector<std::string> paths = PathsIn(variable.value);
    if (std::ranges::any_of(paths, IsThere)) continue;
    // What was never there cannot have been forgotten; but what the line itself gives is meant for
    // the inside.
    Append(variable.is_of_line && !paths.empty() ? absent : exempt, variable.name);
  }
  return {{"exempt", exempt}, {"absent_outside", absent}};
}

}  // namespace sandproof
