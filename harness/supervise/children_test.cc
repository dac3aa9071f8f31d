// Which processes are supervised children, from what /proc would say of them.
#include "harness/supervise/children.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

ProcessFacts Running(pid_t pid, pid_t parent, const std::vector<std::string>& argv,
                     char state = 'S') {
  return {.pid = pid, .parent = parent, .state = state, .start = 1, .argv = argv};
}

const std::vector<std::string> kScript = {"/bin/bash", "entrypoint.sh"};
const std::vector<std::string> kPayload = {"/bun", "run", "auth.ts"};
const std::vector<std::string> kBwrap = {"/usr/bin/bwrap", "--", "/bun", "run", "auth.ts"};

SandboxSpec Auth() { return {.name = "auth", .payload = kPayload}; }

TEST(ChildFinder, KnowsASandboxByItsPayload) {
  const ChildFinder finder(SupervisorSpec{}, {Auth()});
  const Children found = finder.Find({Running(10, 1, kScript), Running(11, 10, kBwrap),
                                      Running(12, 11, kBwrap), Running(13, 12, kPayload)},
                                     10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.at("auth").root.pid, 11);
  ASSERT_TRUE(found.at("auth").service);
  EXPECT_EQ(found.at("auth").service->pid, 13);
}

// The launcher is there, and what it starts still looks like it.
TEST(ChildFinder, HasNoServiceBeforeItRuns) {
  const ChildFinder finder(SupervisorSpec{}, {Auth()});
  const Children found =
      finder.Find({Running(10, 1, kScript), Running(11, 10, kBwrap), Running(12, 11, kBwrap)}, 10);
  EXPECT_FALSE(found.at("auth").service);
}

TEST(ChildFinder, TakesNoForkOfTheSupervisorForAChild) {
  const ChildFinder finder(SupervisorSpec{.children = {{"any", "entrypoint"}}}, {});
  EXPECT_TRUE(finder.Find({Running(10, 1, kScript), Running(11, 10, kScript)}, 10).empty());
}

TEST(ChildFinder, TakesAnyOtherLauncherToo) {
  const ChildFinder finder(SupervisorSpec{}, {Auth()});
  const Children found =
      finder.Find({Running(10, 1, kScript), Running(11, 10, {"bwrap", "--", "/srv/worker"})}, 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.begin()->first, "worker");
}

TEST(ChildFinder, GoesByPatternsAloneWhereThereAreSome) {
  const ChildFinder finder(SupervisorSpec{.children = {{"x", "worker"}}}, {Auth()});
  const Children found =
      finder.Find({Running(10, 1, kScript), Running(11, 10, kBwrap),
                   Running(12, 10, {"/srv/worker"}), Running(13, 10, {"worker"}, 'Z')},
                  10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.at("x").root.pid, 12);
  EXPECT_EQ(found.at("x").service->pid, 12);
}

TEST(ChildFinder, FindsASupervisorBelowAnotherProgram) {
  const ChildFinder finder(SupervisorSpec{.process = "^tini "}, {Auth()});
  const std::vector<ProcessFacts> all = {Running(10, 1, {"unshare", "tini"}),
                                         Running(11, 10, {"tini", "--", "e.sh"})};
  EXPECT_EQ(finder.FindSupervisor(all, 10)->pid, 11);
}

}  // namespace
}  // namespace sandproof
