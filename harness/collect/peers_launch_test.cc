// Sandboxes side by side, really launched: what must never read as a pass, and what is asked of
// whom.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <map>
#include <set>

#include "harness/collect/collect.h"
#include "harness/collect/launch_for_test.h"
#include "harness/collect/peers.h"
#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

SandboxSpec Sandbox(std::string name, std::vector<std::string> more = {}) {
  SandboxSpec sandbox{.name = std::move(name)};
  sandbox.launch = {"bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--ro-bind",
                    "/usr",  "/usr",          "--proc",        "/proc",         "--dev",
                    "/dev",  "--tmpfs",       "/tmp"};
  sandbox.launch.insert(sandbox.launch.end(), more.begin(), more.end());
  sandbox.launch.insert(sandbox.launch.end(), {"--", "{payload}"});
  sandbox.payload = {"/usr/bin/true"};
  sandbox.cwd = "/";
  return sandbox;
}

Result<sandproof::Run> RunOf(std::vector<SandboxSpec> sandboxes, CollectOptions options = {},
                             std::vector<ChannelSpec> channels = {}) {
  options.agent_path = testing::kAgent;
  if (options.only.empty()) options.only = {"peer", "svc.tmp_not_shared"};
  Spec spec{.file = "test.json"};
  spec.sandboxes = std::move(sandboxes);
  spec.channels = std::move(channels);
  return Collect(spec, options);
}

// "peer.process_visible[b]" of one sandbox; the verdict's name, or why there is none.
std::string VerdictOf(const sandproof::Run& run, std::size_t sandbox, const std::string& id) {
  for (const CheckResult& result : run.sandboxes.at(sandbox).results) {
    if (result.check.Id() == id) return std::string(Name(result.judgement.verdict));
  }
  return "not asked";
}

class Peers : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = testing::WhyNoBwrap(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(Peers, AskEachOfEveryOther) {
  const auto run = RunOf({Sandbox("a"), Sandbox("b"), Sandbox("c")});
  ASSERT_TRUE(run) << run.error().message;
  std::set<std::string> asked;
  for (const SandboxRun& sandbox : run->sandboxes) {
    for (const CheckResult& result : sandbox.results) {
      if (result.check.property->id != "peer.tcp_loopback_reachable") continue;
      asked.insert(sandbox.name + result.check.subject);
      EXPECT_EQ(result.judgement.verdict, Verdict::kPass) << result.judgement.explanation;
    }
  }
  EXPECT_EQ(asked, (std::set<std::string>{"ab", "ac", "ba", "bc", "ca", "cb"}));
}

TEST_F(Peers, AskNothingOfASandboxThatIsAlone) {
  const auto run = RunOf({Sandbox("a")}, {.only = {"peer", "pid.ns_is_own"}});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->sandboxes.front().results.size(), 1U);
}

// Kills a process and waits for the end of it.
bool KillForGood(int pid) {
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd ended = {.fd = process.get(), .events = POLLIN, .revents = 0};
  return process && ::kill(pid, SIGKILL) == 0 && ::poll(&ended, 1, 10'000) == 1;
}

// A canary that is gone proves nothing by not being reached.
TEST_F(Peers, ThatDieBetweenControlAndProbesMakeNoCheckPass) {
  bool is_killed = false;
  CollectOptions options;
  options.before_peers = [&](const std::vector<int>& planters) {
    is_killed = planters.at(1) > 0 && KillForGood(planters.at(1));
  };
  const auto run = RunOf({Sandbox("a"), Sandbox("b")}, options);
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_TRUE(is_killed);
  for (const char* id : {"peer.process_visible[b]", "peer.abstract_stream_reachable[b]",
                         "peer.abstract_dgram_reachable[b]", "peer.tcp_loopback_reachable[b]",
                         "peer.udp_loopback_reachable[b]", "peer.sysv_shm_visible[b]"}) {
    EXPECT_EQ(VerdictOf(*run, 0, id), "inconclusive") << id;
  }
  EXPECT_EQ(VerdictOf(*run, 1, "peer.tcp_loopback_reachable[a]"), "pass");
}

// The configuration leads a channel to b, whose end of it a's launch line does not bind.
TEST_F(Peers, WithoutAPlaceForTheChannelSaySo) {
  const testing::TempDir directory;
  const auto run = RunOf({Sandbox("a"), Sandbox("b", {"--bind", directory.path(), "/run/b"})},
                         {.only = {"svc.socket_dir_not_writable_by_client", "svc.socket_mode",
                                   "svc.socket_stale_cleanup", "peer.mounts_enterable"}},
                         {{.from = "a",
                           .unix_path = "/run/b/s.sock",
                           .call = ServiceCall{.request = "hi", .response = "hi"},
                           .to = "b"}});
  ASSERT_TRUE(run) << run.error().message;
  std::map<std::string, std::string> reasons;
  for (const SandboxRun& sandbox : run->sandboxes) {
    for (const CheckResult& result : sandbox.results) {
      if (result.check.subject.find('b') == std::string::npos) continue;
      EXPECT_EQ(result.judgement.verdict, Verdict::kInconclusive) << result.check.Id();
      reasons[result.check.Id()] = result.judgement.explanation;
    }
  }
  const std::string here = "nothing that a's launch line binds shows it ";
  EXPECT_EQ(reasons,
            (std::map<std::string, std::string>{
                {"peer.mounts_enterable[b]", here + "the socket of the channel"},
                {"svc.socket_dir_not_writable_by_client[/run/b/s.sock]", here + "/run/b/s.sock"},
                {"svc.socket_mode[/run/b/s.sock]", here + "/run/b/s.sock"},
                {"svc.socket_stale_cleanup[/run/b/s.sock]",
                 "over this channel it did not serve in the first place"}}));
}

// A denial has its control here too, though elsewhere a reach is its own proof.
TEST_F(Peers, HoldAChannelClosedThatIsDeclaredSo) {
  const testing::TempDir directory;
  const auto run = RunOf(
      {Sandbox("a"), Sandbox("b", {"--bind", directory.path(), "/run/b"})},
      {.only = {"svc.socket_reachable_across"}},
      {{.from = "a", .unix_path = "/run/b/s.sock", .to = "b", .expect = Expectation::kBlocked}});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(VerdictOf(*run, 0, "svc.socket_reachable_across[/run/b/s.sock]"), "pass");
}

// Since Linux 6.5.
bool HasPeerPidfd() {
  constexpr int kSoPeerPidfd = 77;  // by number: the headers of the build may be older
  std::array<int, 2> ends = {};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  const UniqueFd one(ends[0]);
  const UniqueFd other(ends[1]);
  int number = -1;
  socklen_t length = sizeof number;
  if (::getsockopt(one.get(), SOL_SOCKET, kSoPeerPidfd, &number, &length) != 0) return false;
  const UniqueFd pidfd(number);
  return true;
}

// What proves that its mounts were entered must not need a place to write in.
TEST_F(Peers, WithoutAFileOfTheirOwnAreAskedForTheirMounts) {
  if (!HasPeerPidfd()) GTEST_SKIP() << "this kernel has no SO_PEERPIDFD";
  const testing::TempDir directory;
  SandboxSpec server = Sandbox("b", {"--bind", directory.path(), "/run/b", "--remount-ro", "/"});
  std::erase(server.launch, "--tmpfs");
  std::erase(server.launch, "/tmp");
  SandboxSpec client = Sandbox("a", {"--ro-bind", directory.path(), "/run/b", "--cap-drop", "ALL"});
  const auto run = RunOf({std::move(client), std::move(server)}, {.only = {"peer", "svc"}},
                         {{.from = "a", .unix_path = "/run/b/s.sock", .to = "b"}});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(VerdictOf(*run, 0, "svc.tmp_not_shared[b]"), "skipped");
  EXPECT_EQ(VerdictOf(*run, 0, "peer.mounts_enterable[b]"), ::geteuid() == 0 ? "pass" : "skipped");
}

TEST_F(Peers, ThatNeverStartMakeNoCheckPass) {
  SandboxSpec broken = Sandbox("b");
  broken.launch = {"/bin/false", "{payload}"};
  const auto run = RunOf({Sandbox("a"), std::move(broken)});
  ASSERT_TRUE(run) << run.error().message;
  int told = 0;
  for (const SandboxRun& sandbox : run->sandboxes) {
    for (const CheckResult& result : sandbox.results) {
      ++told;
      EXPECT_EQ(result.judgement.verdict, Verdict::kInconclusive) << result.check.Id();
    }
  }
  EXPECT_GT(told, 10);
  EXPECT_EQ(run->exit_code, 3);
}

// What kills for one call leaves the other canaries standing.
TEST_F(Peers, PlantWhatAFilterThatKillsLeavesThem) {
  const UniqueFd filter = testing::Filter(SCMP_ACT_KILL_PROCESS, {"mq_open", "add_key"});
  ASSERT_TRUE(filter);
  SandboxSpec filtered = Sandbox("b", {"--seccomp", "9"});
  filtered.fds = {{.fd = 9, .path = "/proc/self/fd/" + std::to_string(filter.get())}};
  const auto run = RunOf({Sandbox("a"), std::move(filtered)});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(VerdictOf(*run, 0, "peer.tcp_loopback_reachable[b]"), "pass");
  EXPECT_EQ(VerdictOf(*run, 0, "svc.tmp_not_shared[b]"), "pass");
  EXPECT_EQ(VerdictOf(*run, 0, "peer.sysv_shm_visible[b]"), "pass");
  EXPECT_EQ(VerdictOf(*run, 0, "peer.posix_mq_visible[b]"), "skipped");
  EXPECT_EQ(VerdictOf(*run, 0, "peer.key_readable[b]"), "skipped");
}

// A terminal belongs to the launch that is judged by itself.
TEST_F(Peers, AreAskedByAPipeWhereALaunchHasATerminal) {
  SandboxSpec terminal = Sandbox("b");
  terminal.stdio = StdioKind::kPty;
  const auto run = RunOf({Sandbox("a"), std::move(terminal)});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(VerdictOf(*run, 0, "svc.tmp_not_shared[b]"), "pass");
  EXPECT_EQ(VerdictOf(*run, 1, "svc.tmp_not_shared[a]"), "pass");
}

TEST_F(Peers, LeaveNothingBehind) {
  const testing::TempDir directory;
  ::chmod(directory.path().c_str(), 0777);
  const auto run = RunOf(
      {Sandbox("a", {"--bind", directory.path(), "/tmp"}),
       Sandbox("b", {"--bind", directory.path(), "/tmp", "--bind", directory.path(), "/run/x"})},
      {.only = {"svc.tmp_not_shared", "peer", "svc.socket_dir_not_writable_by_client"}},
      {{.from = "a", .unix_path = "/tmp/s", .to = "b"}});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(VerdictOf(*run, 0, "svc.tmp_not_shared[b]"), "fail");
  EXPECT_EQ(VerdictOf(*run, 0, "svc.socket_dir_not_writable_by_client[/tmp/s]"), "fail");
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

}  // namespace
}  // namespace sandproof
