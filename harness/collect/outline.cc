#include "harness/collect/outline.h"

#include <utility>

#include "harness/collect/kept_plan.h"
#include "harness/collect/peer_plan.h"
#include "harness/collect/prepare.h"
#include "harness/collect/questions.h"
#include "harness/collect/service_plan.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace {

Outline OutlineOf(const SandboxSpec& sandbox, const LaunchPlan& plan, const Spec& spec,
                  const CollectOptions& options) {
  const PlanInput input = MakeSubjects(
      {.spec = sandbox, .channels = spec.channels, .launch = plan, .only = options.only});
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

// Those about what lasts.
void AddKept(const std::vector<const SandboxSpec*>& selected, const std::vector<LaunchPlan>& plans,
             const CollectOptions& options, std::vector<Outline>& outlines) {
  std::vector<std::vector<LeftFile>> files;
  for (std::size_t i = 0; i < selected.size(); ++i) {
    files.push_back(NameLeftFiles(*selected[i], plans[i]));
  }
  std::vector<KeptPlace> places;
  for (std::size_t i = 0; i < selected.size(); ++i) {
    places.push_back({.spec = *selected[i], .plan = plans[i], .files = files[i]});
  }
  for (KeptCheck& one : KeptChecks(places, options.only)) {
    outlines[one.owner].checks.push_back(std::move(one.check));
  }
}

}  // namespace

Result<std::vector<Outline>> PlanChecks(const Spec& spec, const CollectOptions& options) {
  TRY(const std::vector<const SandboxSpec*> selected, SelectSandboxes(spec, options));
  std::vector<LaunchPlan> plans;
  std::vector<Outline> outlines;
  std::size_t checks = 0;
  for (const SandboxSpec* sandbox : selected) {
    TRY(const Prepared prepared, Prepare(*sandbox));
    TRY(LaunchPlan plan, PlanLaunch(prepared, options.agent_path, ""));
    outlines.push_back(OutlineOf(*sandbox, plan, spec, options));
    plans.push_back(std::move(plan));
  }
  AddKept(selected, plans, options, outlines);
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
