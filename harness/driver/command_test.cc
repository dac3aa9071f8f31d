#include "harness/driver/command.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

using WordList = std::vector<std::string>;

TEST(Command, ReplacesThePayloadAndNothingElse) {
  const SandboxSpec spec{.launch = {"firejail", "--net=none", "{payload}", "--last"}};
  const Result<LaunchPlan> plan = CommandDriver().Plan({.spec = spec, .agent_path = "/x/agent"});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->argv, (WordList{"firejail", "--net=none", "/x/agent", "--last"}));
  EXPECT_EQ(plan->perturbation, (WordList{"the payload was replaced by the agent at /x/agent"}));
}

TEST(Command, RequestFileFollowsTheAgent) {
  const SandboxSpec spec{.launch = {"nice", "{payload}"}};
  const Result<LaunchPlan> plan =
      CommandDriver().Plan({.spec = spec, .agent_path = "/x/agent", .batch_path = "/x/batch"});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->argv, (WordList{"nice", "/x/agent", "--batch=/x/batch"}));
}

TEST(Command, DescriptorsAreHandedThrough) {
  const SandboxSpec spec{.launch = {"nice", "{payload}"}, .fds = {{.fd = 5, .path = "/srv/log"}}};
  const Result<LaunchPlan> plan = CommandDriver().Plan({.spec = spec, .agent_path = "/x/agent"});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->fds.size(), 1U);
  EXPECT_EQ(plan->fds[0].path, "/srv/log");
}

TEST(Command, PromisesNothing) {
  const SandboxSpec spec{.launch = {"nice", "{payload}"}};
  const Result<LaunchPlan> plan = CommandDriver().Plan({.spec = spec, .agent_path = "/x/agent"});
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->promises.paths.empty());
  EXPECT_EQ(plan->promises.root_entries, std::nullopt);
}

TEST(Command, LineWithoutAPayloadIsRefused) {
  const SandboxSpec spec{.name = "auth", .launch = {"nice", "sh"}};
  const Result<LaunchPlan> plan = CommandDriver().Plan({.spec = spec, .agent_path = "/x/agent"});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().message, "there is no element {payload}");
}

}  // namespace
}  // namespace sandproof
