#include "harness/driver/bwrap.h"

#include <gtest/gtest.h>

#include "harness/driver/bwrap_args.h"
#include "harness/driver/words_for_test.h"

namespace sandproof {
namespace {

SandboxSpec SpecOf(const std::string& line) {
  return {.name = "auth", .launch = Words(line), .payload = {"/app/server"}};
}

LaunchPlan PlanOf(const std::string& line) {
  const SandboxSpec spec = SpecOf(line);
  const Result<LaunchPlan> plan =
      BwrapDriver().Plan({.spec = spec, .agent_path = "/tmp/sandproof-x/agent"});
  EXPECT_TRUE(plan) << plan.error().message;
  return plan ? *plan : LaunchPlan{};
}

std::string ArgvOf(const std::string& line) { return Joined(PlanOf(line).argv); }

Error ErrorOf(const SandboxSpec& spec) {
  const Result<LaunchPlan> plan = BwrapDriver().Plan({.spec = spec, .agent_path = "/agent"});
  return plan ? Error{} : plan.error();
}

TEST(Bwrap, RecognisesBwrapByItsBaseName) {
  EXPECT_TRUE(BwrapDriver().Recognises(Words("/opt/bwrap-0.11/bwrap --unshare-pid {payload}")));
  EXPECT_TRUE(BwrapDriver().Recognises(Words("setpriv --reuid=5 bwrap {payload}")));
}

TEST(Bwrap, LeavesOtherLinesAlone) {
  EXPECT_FALSE(BwrapDriver().Recognises(Words("firejail --whitelist=/usr/bin/bwrap {payload}")));
  EXPECT_FALSE(BwrapDriver().Recognises(Words("env {payload} bwrap")));
  EXPECT_FALSE(BwrapDriver().Recognises(Words("bwrap --unshare-pid sh")));
}

TEST(Bwrap, BindsTheAgentBeforeTheDashes) {
  EXPECT_EQ(ArgvOf("bwrap --ro-bind /usr /usr -- {payload}"),
            "bwrap --ro-bind /usr /usr --ro-bind /tmp/sandproof-x/agent /.sandproof-agent -- "
            "/.sandproof-agent");
}

TEST(Bwrap, BindsTheAgentBeforeTheCommandWithoutDashes) {
  EXPECT_EQ(ArgvOf("bwrap --ro-bind /usr /usr {payload}"),
            "bwrap --ro-bind /usr /usr --ro-bind /tmp/sandproof-x/agent /.sandproof-agent "
            "/.sandproof-agent");
}

TEST(Bwrap, BindsTheAgentBeforeTheRootTurnsReadOnly) {
  EXPECT_EQ(ArgvOf("bwrap --tmpfs /tmp --remount-ro / --remount-ro /dev {payload}"),
            "bwrap --tmpfs /tmp --ro-bind /tmp/sandproof-x/agent /.sandproof-agent --remount-ro / "
            "--remount-ro /dev /.sandproof-agent");
}

TEST(Bwrap, BindsTheAgentAfterAFreshRoot) {
  EXPECT_EQ(ArgvOf("bwrap --remount-ro / --tmpfs / --remount-ro / {payload}"),
            "bwrap --remount-ro / --tmpfs / --ro-bind /tmp/sandproof-x/agent /.sandproof-agent "
            "--remount-ro / /.sandproof-agent");
}

TEST(Bwrap, TakesAnotherNameWhenTheUserHasTheFixedOne) {
  EXPECT_EQ(PlanOf("bwrap --dir /.sandproof-agent {payload}").added_paths,
            (std::vector<std::string>{"/.sandproof-agent-2"}));
}

TEST(Bwrap, UsesTheAgentsOwnPathWhenTheHostsRootIsBound) {
  const LaunchPlan plan = PlanOf("bwrap --bind / / -- {payload}");
  EXPECT_EQ(Joined(plan.argv), "bwrap --bind / / -- /tmp/sandproof-x/agent");
  EXPECT_EQ(plan.perturbation,
            (std::vector<std::string>{"used /tmp/sandproof-x/agent, which --bind / / shows"}));
}

// A mount point in the root would be made on the host.
TEST(Bwrap, CreatesNothingOnABoundRoot) {
  EXPECT_EQ(
      ArgvOf("bwrap --bind / / --tmpfs /tmp -- {payload}"),
      "bwrap --bind / / --tmpfs /tmp --ro-bind /tmp/sandproof-x/agent /tmp/.sandproof-agent -- "
      "/tmp/.sandproof-agent");
}

TEST(Bwrap, BindsTheAgentBeforeItsTmpfsTurnsReadOnly) {
  EXPECT_EQ(ArgvOf("bwrap --bind / / --tmpfs /tmp --remount-ro /tmp {payload}"),
            "bwrap --bind / / --tmpfs /tmp --ro-bind /tmp/sandproof-x/agent /tmp/.sandproof-agent "
            "--remount-ro /tmp /tmp/.sandproof-agent");
}

TEST(Bwrap, PrefersTheHighestTmpfs) {
  EXPECT_EQ(PlanOf("bwrap --ro-bind / / --tmpfs /root/.ssh --tmpfs /tmp {payload}").added_paths,
            (std::vector<std::string>{"/tmp/.sandproof-agent"}));
}

TEST(Bwrap, BindsOverThePayloadWhenTheTmpfsIsClosed) {
  SandboxSpec spec = SpecOf("bwrap --ro-bind / / --perms 000 --tmpfs /tmp {payload}");
  spec.payload = {"/bin/sh"};  // exists everywhere, often behind links
  const Result<LaunchPlan> plan =
      BwrapDriver().Plan({.spec = spec, .agent_path = "/tmp/sandproof-x/agent"});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->argv.back(), plan->argv[plan->argv.size() - 2]);
  EXPECT_EQ(plan->argv[plan->argv.size() - 3], "/tmp/sandproof-x/agent");
  EXPECT_TRUE(plan->added_paths.empty());
}

TEST(Bwrap, HandsTheAgentAsADescriptorWhenNoPathIsLeft) {
  const LaunchPlan plan =
      PlanOf("bwrap --ro-bind / / --perms 000 --tmpfs /tmp --sync-fd 20 {payload}");
  EXPECT_EQ(plan.argv.back(), "/proc/self/fd/21");
  ASSERT_EQ(plan.fds.size(), 1U);
  EXPECT_EQ(plan.fds[0].fd, 21);
  EXPECT_EQ(plan.fds[0].path, "/tmp/sandproof-x/agent");
}

TEST(Bwrap, NoWayInIsOurFailureAndNotTheUsers) {
  const Error error = ErrorOf(SpecOf("bwrap --ro-bind /usr / {payload}"));
  EXPECT_EQ(error.kind, ErrorKind::kInternal);
  EXPECT_NE(error.message.find("add --tmpfs /tmp"), std::string::npos);
}

TEST(Bwrap, RequestFileIsBoundBesideTheAgent) {
  const SandboxSpec spec = SpecOf("bwrap --remount-ro / -- {payload}");
  const Result<LaunchPlan> plan =
      BwrapDriver().Plan({.spec = spec, .agent_path = "/x/agent", .batch_path = "/x/batch"});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->argv,
            Words("bwrap --ro-bind /x/batch /.sandproof-batch --ro-bind /x/agent /.sandproof-agent "
                  "--remount-ro / -- /.sandproof-agent --batch=/.sandproof-batch"));
  EXPECT_EQ(plan->perturbation,
            (std::vector<std::string>{"added --ro-bind /x/agent /.sandproof-agent",
                                      "added --ro-bind /x/batch /.sandproof-batch"}));
}

TEST(Bwrap, PrefixIsKeptAndNamed) {
  const LaunchPlan plan = PlanOf("setpriv --reuid=5 --clear-groups bwrap {payload}");
  EXPECT_EQ(plan.prefix, Words("setpriv --reuid=5 --clear-groups"));
  EXPECT_EQ(plan.argv[3], "bwrap");
}

TEST(Bwrap, WrapperInsideIsKept) {
  EXPECT_EQ(ArgvOf("bwrap -- setpriv --reuid=5 {payload} --last"),
            "bwrap --ro-bind /tmp/sandproof-x/agent /.sandproof-agent -- setpriv --reuid=5 "
            "/.sandproof-agent --last");
}

TEST(Bwrap, ArgumentsOfThePayloadGoWithIt) {
  EXPECT_EQ(PlanOf("bwrap -- {payload} --port 80").argv.back(), "/.sandproof-agent");
}

TEST(Bwrap, BwrapInsideABwrapIsForTheOtherDriver) {
  const Error error = ErrorOf(SpecOf("bwrap -- bwrap {payload}"));
  EXPECT_EQ(error.kind, ErrorKind::kConfiguration);
  EXPECT_NE(error.message.find(R"("driver": "command")"), std::string::npos) << error.message;
}

TEST(Bwrap, UnknownOptionNamesTheNearest) {
  const Error error = ErrorOf(SpecOf("bwrap --unshare-pidd {payload}"));
  EXPECT_EQ(error.kind, ErrorKind::kConfiguration);
  EXPECT_EQ(error.message, "bwrap has no option --unshare-pidd; the nearest is --unshare-pid");
}

TEST(Bwrap, PayloadAmongTheOptionsIsRefused) {
  EXPECT_EQ(ErrorOf(SpecOf("bwrap --setenv CMD {payload} sh")).kind, ErrorKind::kConfiguration);
}

TEST(Bwrap, ContentOfArgsDescriptorsIsNeeded) {
  const Result<std::vector<int>> needed =
      BwrapDriver().ContentNeeded(SpecOf("bwrap --args 9 --args 7 {payload}"));
  ASSERT_TRUE(needed);
  EXPECT_EQ(*needed, (std::vector<int>{9, 7}));
}

TEST(Bwrap, ArgsDescriptorIsHandedOnAsAMemoryFile) {
  SandboxSpec spec = SpecOf("bwrap --args 9 {payload}");
  spec.fds = {{.fd = 9, .path = "/srv/args"}, {.fd = 5, .path = "/srv/log", .writable = true}};
  const std::string content = JoinBwrapFile({"--unshare-pid"});
  const Result<LaunchPlan> plan =
      BwrapDriver().Plan({.spec = spec, .agent_path = "/agent", .fd_content = {{9, content}}});
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->fds.size(), 2U);
  EXPECT_EQ(plan->fds[0].path, "/srv/log");
  EXPECT_TRUE(plan->fds[0].writable);
  EXPECT_EQ(plan->fds[1].fd, 9);
  EXPECT_EQ(plan->fds[1].content, content);
  EXPECT_TRUE(plan->promises.namespaces.contains("pid"));
}

TEST(Bwrap, AgentIsBoundInTheArgsFileWhenThatTurnsTheRootReadOnly) {
  const SandboxSpec spec = SpecOf("bwrap --args 9 {payload}");
  const std::string content = JoinBwrapFile({"--proc", "/proc", "--remount-ro", "/"});
  const Result<LaunchPlan> plan =
      BwrapDriver().Plan({.spec = spec, .agent_path = "/agent", .fd_content = {{9, content}}});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->argv, Words("bwrap --args 9 /.sandproof-agent"));
  EXPECT_EQ(plan->fds[0].content,
            JoinBwrapFile(Words("--proc /proc --ro-bind /agent /.sandproof-agent --remount-ro /")));
  EXPECT_EQ(plan->perturbation,
            (std::vector<std::string>{
                "added --ro-bind /agent /.sandproof-agent to the arguments at descriptor 9"}));
}

// The agent is ours: what the user claimed does not include it.
TEST(Bwrap, PromisesAreThoseOfTheUsersOwnLine) {
  const LaunchPlan plan = PlanOf("bwrap --ro-bind /usr /usr {payload}");
  EXPECT_EQ(plan.promises.paths.size(), 1U);
  EXPECT_EQ(plan.promises.root_entries, (std::set<std::string>{"usr"}));
}

TEST(Bwrap, VersionIsAskedOfTheSameProgram) {
  EXPECT_EQ(BwrapDriver().VersionCommand(Words("env -i /opt/bwrap {payload}")),
            Words("/opt/bwrap --version"));
}

}  // namespace
}  // namespace sandproof
