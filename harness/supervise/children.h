// Which processes are the supervised children of a system.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/spec/spec.h"
#include "harness/supervise/family.h"
#include "suites/pattern.h"

namespace sandproof {

struct Child {
  ProcessFacts root = {};                              // the topmost one: the launcher
  std::optional<ProcessFacts> service = std::nullopt;  // what it runs; nullopt: not yet
};

using Children = std::map<std::string, Child>;

// Finds children by descent and by what they run.
class ChildFinder {
 public:
  // By the patterns of the configuration; without them by the payloads of its sandboxes, and any
  // other sandbox launcher that is there is a child too.
  ChildFinder(const SupervisorSpec& supervisor, const std::vector<SandboxSpec>& sandboxes);

  // The child that such a process would be the topmost of; empty: none.
  [[nodiscard]] std::string NameOf(const ProcessFacts& process) const;

  // The names that must be found.
  [[nodiscard]] std::vector<std::string> Names() const;

  // `processes` are the system's, parents before children; `top` is the one that was started.
  [[nodiscard]] Children Find(const std::vector<ProcessFacts>& processes, pid_t top) const;

  // The process that supervises.
  [[nodiscard]] std::optional<ProcessFacts> FindSupervisor(
      const std::vector<ProcessFacts>& processes, pid_t top) const;

 private:
  struct Wanted {
    std::optional<Pattern> pattern = std::nullopt;
    std::vector<std::string> payload = {};
  };
  [[nodiscard]] bool IsService(const std::string& name, const ProcessFacts& process) const;

  std::map<std::string, Wanted> wanted_ = {};
  bool takes_any_launcher_ = false;
  std::optional<Pattern> process_ = std::nullopt;
};

}  // namespace sandproof
