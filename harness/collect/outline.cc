#include "harness/collect/outline.h"

#include <utility>

#include "harness/collect/peer_plan.h"
#include "harness/collect/prepare.h"
#include "harness/collect/questions.h"
#include "harness/collect/service_plan.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace {

Result<Outline> OutlineOf(const SandboxSpec& sandbox, const Spec& spec,
                          const CollectOptions& options) {
  TRY(Prepared prepared, Prepare(sandbox));
  TRY(prepared.plan, PlanLaunch(prepared, options.agent_path, ""));
  const PlanInput input = MakeSubjects(
      {.spec = sandbox, .channels = spec.channels, .launch = prepared.plan, .only = options.only});
  Outline outline{.name = sandbox.name, .line = sandbox.line};
  for (PlannedCheck& planned : MakePlan(Catalogue(), input).checks) {
    outline.checks.push_back(std::move(planned.check));
  }
  return outline;
}

// Those about each other sandbox, behind the sandbox's own.
void AddPeers(const std::vector<const SandboxSpec*>& selected, const Spec& spec,
              const CollectOptions& options, std::vector<Outline>& outlines) {
  const PeerCanaries unplanted;
  for (std::size_t asker = 0; asker < selected.size(); ++asker) {
    for (std::size_t peer = 0; peer < selected.size(); ++peer) {
      if (asker == peer) continue;
      for (PeerQuestion& question : AskAboutPeer({.asker = *selected[asker],
                                    .peer = *selected[peer],
                                    .channels = spec.channels,
                                    .canaries = unplanted,
                                    .only = options.only})) {
        outlines[asker].checks.push_back(std::move(question.check));
      }
    }
  }
}

}  // namespace

Result<std::vector<Outline>> PlanChecks(const Spec& spec, const CollectOptions& options) {
  TRY(const std::vector<const SandboxSpec*> selected, SelectSandboxes(spec, options));
  std::vector<Outline> outlines;
  std::size_t checks = 0;
  for (const SandboxSpec* sandbox : selected) {
    TRY(Outline outline, OutlineOf(*sandbox, spec, options));
    outlines.push_back(std::move(outline));
  }
  AddPeers(selected, spec, options, outlines);
  const std::vector<ServiceChannel> channels = ServiceChannels(selected, spec.channels);
  for (ServiceCheck& one : ServiceChecks(selected, channels, options.only)) {
    outlines[one.owner].checks.push_back(std::move(one.check));
  }
  for (const Outline& outline : outlines) checks += outline.checks.size();
  if (checks == 0) return BadInput("no property is selected, so nothing would be tested");
  return outlines;
}

}  // namespace sandproof
