#include "harness/collect/description.h"

namespace sandproof {

namespace {

using Place = Networks::Place;

constexpr const char* kUnderGuard =
    "the launcher runs as a child of a guard process, in a session (and, for root, a UTS "
    "namespace) of its own, with a session keyring, an environment variable and three "
    "descriptors that are canaries";
constexpr const char* kOnStage =
    "the launcher runs in a process group of its own, with a session keyring, an environment "
    "variable and three descriptors that are canaries, and its payload begins when the agent has "
    "answered";
constexpr const char* kInArena =
    "the launcher runs in a network namespace made for this run, whose addresses, routes and "
    "firewall are not the host's";
constexpr const char* kInArenaToo =
    "the same line is launched once more in a network and a user namespace made for this run, "
    "where nothing is judged but what it reaches outside";

std::string NetworkText(const Networks& networks, const Places& places) {
  if (places.IsSplit()) return "host, and for what is outside the arena";
  if (places.near == Place::kArena) return "arena";
  return networks.why_no_arena().empty() ? "host" : "host; no arena: " + networks.why_no_arena();
}

}  // namespace

Places PlacesOf(const SessionOrder& order) {
  const Networks& networks = order.world.networks();
  if (!networks.HasArena() || !order.spec.net.is_from_arena) return {};
  return {.near = networks.IsArenaApart() ? Place::kHost : Place::kArena, .far = Place::kArena};
}

SandboxRun Described(const SessionOrder& order, const Places& places) {
  SandboxRun run;
  run.name = order.spec.name;
  run.driver = order.driver.name();
  run.profile = Name(order.spec.profile);
  for (const std::string& word : order.spec.launch) {
    if (word != "{payload}") run.argv.push_back(word);
    if (word == "{payload}") {
      run.argv.insert(run.argv.end(), order.spec.payload.begin(), order.spec.payload.end());
    }
  }
  run.launched = order.plan.argv;
  run.perturbation = order.plan.perturbation;
  run.perturbation.emplace_back(order.live != nullptr ? kOnStage : kUnderGuard);
  if (places.near == Place::kArena) run.perturbation.emplace_back(kInArena);
  if (places.IsSplit()) run.perturbation.emplace_back(kInArenaToo);
  run.promises = PromiseTexts(order.plan.promises);
  run.network = NetworkText(order.world.networks(), places);
  run.waivers = order.spec.waive;
  run.source_line = order.spec.line;
  return run;
}

}  // namespace sandproof
