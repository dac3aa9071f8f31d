// One thing that is done to a fresh start of the system, and what was seen of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/spec/spec.h"
#include "probes/wire/observation.h"

namespace sandproof {

struct Experiment {
  enum class Kind : std::uint8_t {
    kUndisturbed,   // nothing: the control of all others
    kDeath,         // a child dies
    kSetup,         // the set-up of a child fails
    kAllDie,        // every child dies at once
    kSignal,        // the supervisor is told to end
    kEarlySignal,   // the same in the first moments
    kUnresponsive,  // the same while no service reacts
    kHungStart,     // the same while one hangs at its start
    kSlowStart,     // a child starts slowly
    kBackground,    // a service leaves a process and ends
    kGroup,         // a service stops its process group
    kOrphan,        // an orphan ends within each sandbox
    kSpace,         // the name of its directory has a space
  };
  // How a child dies.
  enum class Way : std::uint8_t { kSignal, kExit, kLauncherSignal };

  Kind kind = Kind::kUndisturbed;
  std::string subject = {};  // "auth/SIGKILL", "SIGTERM"
  std::string child = {};
  Way way = Way::kSignal;
  int number = 0;                        // the signal, or the exit code
  bool before_ready = false;             // of a death
  bool terminal = false;                 // the signal is typed
  std::chrono::microseconds delay = {};  // of an early signal
};

// What was seen for one property; with no observation, why not.
struct Seen {
  std::string property = {};
  std::string subject = {};
  Observation seen = {};
  std::string silence = {};
};

struct ExperimentResult {
  std::vector<Seen> findings = {};
  std::vector<std::string> children = {};  // names that were found, of kUndisturbed
  std::string failure = {};                // of kUndisturbed: why the system never served
  std::string log = {};                    // the end of the output
  std::chrono::microseconds took = {};
};

// The properties that an experiment is about.
[[nodiscard]] std::vector<std::string> PropertiesOf(const Experiment& experiment,
                                                    const SupervisorSpec& spec);

// Runs it, in a forked helper: `socket` is its end.
[[nodiscard]] ExperimentResult RunExperiment(const Experiment& experiment,
                                             const SupervisorSpec& spec,
                                             const std::vector<SandboxSpec>& sandboxes,
                                             const std::string& program, int socket);

}  // namespace sandproof
