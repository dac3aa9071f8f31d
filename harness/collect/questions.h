// From a sandbox's configuration and its launcher's promises to the questions put to it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/canary/decoy.h"
#include "harness/canary/world.h"
#include "harness/driver/driver.h"
#include "harness/spec/spec.h"
#include "suites/plan.h"

namespace sandproof {

struct QuestionSource {
  const SandboxSpec& spec;
  const std::vector<ChannelSpec>& channels;
  const LaunchPlan& launch;
  std::vector<std::string> only = {};
  Exhaustion exhaustion = Exhaustion::kNotTried;
  Networks::Place near = Networks::Place::kHost;
  Networks::Place far = Networks::Place::kHost;
  bool is_live = false;  // it serves when it has been judged
};

// What the configuration and the launcher's promises alone ask: it decides which checks there are,
// and no canary does.
[[nodiscard]] PlanInput MakeSubjects(const QuestionSource& source);

// The same with the canaries, but for those of the decoy process and of the planted descriptors,
// which each run of the agent has of its own.
[[nodiscard]] PlanInput MakeQuestions(const QuestionSource& source, const World& world);

// Every path that somebody claims something of; the configuration's word goes before the
// launcher's.
[[nodiscard]] std::map<std::string, PathAccess> ClaimedPaths(const SandboxSpec& spec,
                                                             const LaunchPlan& launch);

// The host's path for a path inside, by the launcher's promises; empty where none covers it.
[[nodiscard]] std::string HostPath(const Promises& promises, const std::string& inside);

// The sentence for that.
[[nodiscard]] std::string NoPlace(const std::string& sandbox, const std::string& inside);

// Adds what is only known once a decoy is there: its own process, its key, and what its root would
// lead to.
void AskAboutDecoy(const Decoy& decoy, const World& world, PlanInput& input);

// Adds which descriptors are canaries, and which ones only our own way into the sandbox needs.
void AskAboutDescriptors(const std::vector<ChildFd>& planted, const std::vector<int>& given,
                         PlanInput& input);

}  // namespace sandproof
