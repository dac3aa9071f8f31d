#include "harness/driver/command.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/driver/handed.h"
#include "harness/driver/limit_words.h"
#include "harness/driver/payload.h"

namespace sandproof {
namespace {

class Command final : public Driver {
 public:
  [[nodiscard]] std::string_view name() const override { return "command"; }

  [[nodiscard]] bool Recognises(const std::vector<std::string>& launch) const override {
    return std::ranges::find(launch, kPayload) != launch.end();
  }

  [[nodiscard]] Result<std::vector<int>> ContentNeeded(const SandboxSpec& /*spec*/) const override {
    return std::vector<int>();
  }

  [[nodiscard]] Result<LaunchPlan> Plan(const LaunchInput& input) const override;

  [[nodiscard]] std::vector<std::string> VersionCommand(
      const std::vector<std::string>& /*launch*/) const override {
    return {};
  }
};

Result<LaunchPlan> Command::Plan(const LaunchInput& input) const {
  const SandboxSpec& spec = input.spec;
  if (!Recognises(spec.launch)) return BadInput(fmt::format("there is no element {}", kPayload));
  LaunchPlan plan{.argv = spec.launch, .fds = HandedDescriptors(input)};
  const auto end = std::ranges::find(plan.argv, kPayload);
  const std::vector<std::string> words(plan.argv.begin(), end);
  plan.promises.limits = LimitsIn(words);
  plan.promises.flags = LimitPromisesOf(words);
  const auto payload = plan.argv.erase(std::ranges::find(plan.argv, kPayload));
  const std::vector<std::string> agent = AgentCommand(input.agent_path, input.batch_path);
  plan.argv.insert(payload, agent.begin(), agent.end());
  plan.perturbation = {
      fmt::format("the payload was replaced by the agent at {}", input.agent_path)};
  return plan;
}

}  // namespace

const Driver& CommandDriver() {
  static const Command driver;
  return driver;
}

}  // namespace sandproof
