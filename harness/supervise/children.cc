#include "harness/supervise/children.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "probes/wire/text.h"

namespace sandproof {

namespace {

constexpr std::array<std::string_view, 8> kLaunchers = {
    "bwrap", "firejail", "nsjail", "unshare", "minijail0", "systemd-nspawn", "runc", "crun"};

bool IsLauncherWord(std::string_view word) {
  return std::ranges::find(kLaunchers, BaseName(word)) != kLaunchers.end();
}

bool EndsWith(const std::vector<std::string>& argv, const std::vector<std::string>& tail) {
  return argv.size() >= tail.size() && std::equal(tail.rbegin(), tail.rend(), argv.rbegin());
}

bool Matches(const Pattern& pattern, const std::vector<std::string>& argv) {
  constexpr std::size_t kMost = 8192;  // what a process is called may be made to take long
  return pattern.Search(Joined(argv).substr(0, kMost)) == Pattern::Match::kYes;
}

bool HasLauncherWord(const std::vector<std::string>& argv) {
  return std::ranges::any_of(argv, IsLauncherWord);
}

// A name for a launcher that nobody named: what it runs, as far as that can be told.
std::string Invented(const ProcessFacts& process) {
  std::string name;
  const std::string last = process.argv.empty() ? "" : process.argv.back();
  for (const char letter : BaseName(last)) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') || letter == '.' || letter == '_' ||
                          letter == '-';
    name += is_plain ? letter : '_';
  }
  constexpr std::size_t kLongest = 40;
  return name.empty() ? "child" : name.substr(0, kLongest);
}

}  // namespace

ChildFinder::ChildFinder(const SupervisorSpec& supervisor,
                         const std::vector<SandboxSpec>& sandboxes) {
  for (const auto& [name, pattern] : supervisor.children) {
    wanted_[name].pattern = Pattern::Of(pattern);
  }
  process_ = Pattern::Of(supervisor.process);
  if (!wanted_.empty()) return;
  takes_any_launcher_ = true;
  for (const SandboxSpec& sandbox : sandboxes) wanted_[sandbox.name].payload = sandbox.payload;
}

std::vector<std::string> ChildFinder::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, wanted] : wanted_) names.push_back(name);
  return names;
}

std::string ChildFinder::NameOf(const ProcessFacts& process) const {
  for (const auto& [name, wanted] : wanted_) {
    const bool is_it = wanted.pattern ? Matches(*wanted.pattern, process.argv)
                                      : EndsWith(process.argv, wanted.payload);
    if (is_it) return name;
  }
  const bool is_launcher = !process.argv.empty() && IsLauncherWord(process.argv.front());
  return takes_any_launcher_ && is_launcher ? Invented(process) : "";
}

bool ChildFinder::IsService(const std::string& name, const ProcessFacts& process) const {
  const auto found = wanted_.find(name);
  if (found != wanted_.end() && !found->second.payload.empty()) {
    return process.argv == found->second.payload;
  }
  return !process.argv.empty() && !HasLauncherWord(process.argv);
}

std::optional<ProcessFacts> ChildFinder::FindSupervisor(const std::vector<ProcessFacts>& processes,
                                                        pid_t top) const {
  for (const ProcessFacts& process : processes) {
    if (process.IsZombie()) continue;
    if (process_ ? Matches(*process_, process.argv) : process.pid == top) return process;
  }
  return std::nullopt;
}

Children ChildFinder::Find(const std::vector<ProcessFacts>& processes, pid_t top) const {
  Children children;
  std::map<pid_t, std::string> owner;  // of every process below a child
  const std::optional<ProcessFacts> supervisor = FindSupervisor(processes, top);
  const auto of_top = std::ranges::find(processes, top, &ProcessFacts::pid);
  for (const ProcessFacts& process : processes) {
    if (process.IsZombie()) continue;
    const auto parent = owner.find(process.parent);
    std::string name = parent == owner.end() ? "" : parent->second;
    if (name.empty()) {
      // A fork that has not become another program yet looks like its parent.
      const auto looks_like = [&](const ProcessFacts& other) { return process.argv == other.argv; };
      const bool is_of_supervisor = process.pid == top ||
                                    (of_top != processes.end() && looks_like(*of_top)) ||
                                    (supervisor && looks_like(*supervisor));
      // What supervises may be below a launcher itself: a container with an init.
      if (!is_of_supervisor) name = NameOf(process);
      if (name.empty()) continue;
      if (!children.try_emplace(name, Child{.root = process}).second) continue;
    }
    owner[process.pid] = name;
    Child& child = children[name];
    if (!child.service && IsService(name, process)) child.service = process;
  }
  return children;
}

}  // namespace sandproof
