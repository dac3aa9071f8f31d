#include "harness/collect/outline.h"

#include <utility>

#include "harness/collect/prepare.h"
#include "harness/collect/questions.h"
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

}  // namespace

Result<std::vector<Outline>> PlanChecks(const Spec& spec, const CollectOptions& options) {
  TRY(const std::vector<const SandboxSpec*> selected, SelectSandboxes(spec, options));
  std::vector<Outline> outlines;
  std::size_t checks = 0;
  for (const SandboxSpec* sandbox : selected) {
    TRY(Outline outline, OutlineOf(*sandbox, spec, options));
    checks += outline.checks.size();
    outlines.push_back(std::move(outline));
  }
  if (checks == 0) return BadInput("no property is selected, so nothing would be tested");
  return outlines;
}

}  // namespace sandproof
