#include "harness/supervise/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <random>

#include "suites/catalogue/catalogue.h"
#include "suites/plan.h"

namespace sandproof {

namespace {

using Kind = Experiment::Kind;
using Way = Experiment::Way;

struct Death {
  std::string_view name;
  Way way;
  int number;
};

constexpr std::array<Death, 5> kDeaths = {{{"SIGKILL", Way::kSignal, SIGKILL},
                                           {"SIGSEGV", Way::kSignal, SIGSEGV},
                                           {"SIGTERM", Way::kSignal, SIGTERM},
                                           {"exit-0", Way::kExit, 0},
                                           {"exit-1", Way::kExit, 1}}};

void AddDeaths(const std::string& child, bool restarts, std::vector<Experiment>& all) {
  for (const bool before_ready : {false, true}) {
    for (const Death& death : kDeaths) {
      all.push_back(
          {.kind = Kind::kDeath,
           .subject = fmt::format("{}/{}{}", child, death.name, before_ready ? "@start" : ""),
           .child = child,
           .way = death.way,
           .number = death.number,
           .before_ready = before_ready});
    }
  }
  all.push_back({.kind = Kind::kDeath,
                 .subject = child + "/launcher-SIGKILL",
                 .child = child,
                 .way = Way::kLauncherSignal,
                 .number = SIGKILL});
  // One that is started again tells nothing of a set-up that can never work.
  if (restarts) return;
  all.push_back({.kind = Kind::kSetup, .subject = child, .child = child});
}

void AddSignals(std::uint64_t seed, std::vector<Experiment>& all) {
  for (const auto& [name, number] : {std::pair("SIGTERM", SIGTERM), std::pair("SIGINT", SIGINT),
                                     std::pair("SIGHUP", SIGHUP), std::pair("SIGKILL", SIGKILL)}) {
    all.push_back({.kind = Kind::kSignal, .subject = name, .number = number});
  }
  all.push_back({.kind = Kind::kSignal, .subject = "ctrl-c", .number = SIGINT, .terminal = true});
  std::mt19937_64 random(seed);
  // Each later than the one before: from the first instructions to where services start.
  for (const auto& [name, number] :
       {std::pair("SIGTERM", SIGTERM), std::pair("SIGKILL", SIGKILL)}) {
    int most_us = 1000;
    for (int i = 1; i <= 4; ++i, most_us *= 7) {
      const std::chrono::microseconds delay(
          std::uniform_int_distribution<int>(most_us / 7, most_us)(random));
      all.push_back({.kind = Kind::kEarlySignal,
                     .subject = fmt::format("{}@start-{}", name, i),
                     .number = number,
                     .delay = delay});
    }
  }
}

// Whether the system is told of a directory that each start has for itself.
bool UsesScratch(const SupervisorSpec& spec) {
  const auto has_mark = [](const std::string& text) {
    return text.find(kScratchMark) != std::string::npos;
  };
  if (std::ranges::any_of(spec.launch, has_mark)) return true;
  return spec.env && std::ranges::any_of(*spec.env, [&](const auto& variable) {
           return has_mark(variable.second);
         });
}

// A property, where the record is known to the catalogue.
const Property& Record(const std::string& id) {
  const Property* property = FindProperty(id);
  if (property == nullptr) std::abort();  // a bug of ours
  return *property;
}

}  // namespace

std::vector<Experiment> ExperimentsFor(const SupervisorSpec& spec,
                                       const std::vector<std::string>& children,
                                       std::uint64_t seed) {
  std::vector<Experiment> all;
  // The slow ones first, so that they do not come last where several run at a time.
  all.push_back({.kind = Kind::kUnresponsive, .subject = "SIGTERM", .number = SIGTERM});
  for (const std::string& child : children) {
    all.push_back({.kind = Kind::kHungStart,
                   .subject = fmt::format("SIGTERM/{}-hangs@start", child),
                   .child = child,
                   .number = SIGTERM});
    all.push_back({.kind = Kind::kSlowStart, .subject = child, .child = child});
  }
  for (const std::string& child : children) {
    AddDeaths(child, spec.restarts, all);
    all.push_back({.kind = Kind::kGroup, .subject = child, .child = child});
    if (!spec.restarts) {
      all.push_back({.kind = Kind::kBackground, .subject = child, .child = child});
    }
  }
  if (children.size() > 1) {
    all.push_back(
        {.kind = Kind::kAllDie, .subject = "all/SIGKILL", .child = "all", .number = SIGKILL});
  }
  all.push_back({.kind = Kind::kOrphan, .subject = "all"});
  if (UsesScratch(spec)) all.push_back({.kind = Kind::kSpace, .subject = "scratch"});
  AddSignals(seed, all);
  return all;
}

Check CheckFor(const SupervisorSpec& spec, const std::string& property,
               const std::string& subject) {
  Check check{.property = &Record(property), .subject = subject};
  check.expectation = ExpectedIn(*check.property, spec.profile);
  for (const std::string& key : {property, check.Id()}) {
    const auto found = spec.expect.find(key);
    if (found != spec.expect.end()) check.expectation = found->second;
  }
  return check;
}

std::vector<Check> ChecksOf(const SupervisorSpec& spec, const std::vector<Experiment>& experiments,
                            const std::vector<SandboxSpec>& sandboxes,
                            const std::vector<std::string>& only) {
  std::vector<Check> checks;
  const auto add = [&](const std::string& property, const std::string& subject) {
    Check check = CheckFor(spec, property, subject);
    if (IsSelected(check.Id(), only)) checks.push_back(std::move(check));
  };
  for (const Experiment& experiment : experiments) {
    for (const std::string& property : PropertiesOf(experiment, spec)) {
      add(property, experiment.subject);
    }
  }
  for (const SandboxSpec& sandbox : sandboxes) {
    add(std::string(kExitStatusProperty), sandbox.name);
  }
  // The catalogue is one table, so that pointers into it are in its order.
  std::ranges::stable_sort(checks, std::less<>(), &Check::property);
  return checks;
}

bool IsWanted(const SupervisorSpec& spec, const Experiment& experiment,
              const std::vector<std::string>& only) {
  const std::vector<std::string> properties = PropertiesOf(experiment, spec);
  return std::ranges::any_of(properties, [&](const std::string& property) {
    return IsSelected(CheckFor(spec, property, experiment.subject).Id(), only);
  });
}

}  // namespace sandproof
