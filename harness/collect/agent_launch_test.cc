// The conditions under which the agent must work, each launched for real.
#include <gtest/gtest.h>

#include "harness/collect/launch_for_test.h"
#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

using testing::BareBwrap;
using testing::kAgent;
using testing::kInChild;
using testing::Launch;
using testing::LaunchAs;
using testing::Launched;
using testing::Said;

Request Open(std::string path) {
  return {.probe = "fs/read_file", .params = {{"path", std::move(path)}, {"nonce", "x"}}};
}
const Request kListRoot{.probe = "fs/list_root"};

std::vector<std::string> Entries(const Launched& launched, std::uint32_t index) {
  const auto found = launched.answers.find(index);
  return found == launched.answers.end() ? std::vector<std::string>()
                                         : found->second.facts.at("entries");
}

std::vector<std::string> Shell(std::string script) {
  return {"sh", "-c", std::move(script), kAgent};
}

// As a uid whose limits are enforced.
std::vector<std::string> AsUser(std::vector<std::string> argv) {
  if (::geteuid() != 0) return argv;
  std::vector<std::string> all = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  all.insert(all.end(), argv.begin(), argv.end());
  return all;
}

// The one test that fails, and does not skip, where this host can launch nothing.
TEST(AgentLaunch, ThisHostRunsBubblewrap) { EXPECT_EQ(testing::WhyNoBwrap(), ""); }

TEST(AgentLaunch, AnswersWithNothingInsideButItself) {
  const Launched launched =
      Launch(BareBwrap(), {kListRoot, Open("/proc/self/status"), Open("/dev/null"), Open("/bin/sh"),
                           Open("/lib64/ld-linux-x86-64.so.2"), kInChild});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Entries(launched, 0), std::vector<std::string>{"agent"});
  for (std::uint32_t i = 1; i <= 4; ++i) EXPECT_EQ(Said(launched, i), "denied ENOENT") << i;
  EXPECT_NE(Said(launched, 5), "silent");
}

TEST(AgentLaunch, AnswersOnAReadOnlyRoot) {
  const Launched launched =
      Launch(BareBwrap({"--remount-ro", "/"}), {{.probe = "fs/root_writable"}});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(*launched.answers.at(0).Fact("writable"), "no");
  EXPECT_EQ(*launched.answers.at(0).Fact("errno"), std::to_string(EROFS));
}

// /tmp/agent is the same program: that it cannot be run shows that the mount holds.
TEST(AgentLaunch, AnswersWhereTmpIsNoexec) {
  const testing::TempDir directory;
  std::vector<std::string> argv = {"unshare", "--mount"};
  if (::geteuid() != 0) argv.insert(argv.end(), {"--user", "--map-root-user"});
  argv.insert(argv.end(),
              {"sh", "-c",
               "mount -t tmpfs -o noexec tmpfs \"$1\" && cp \"$0\" \"$1/agent\" && "
               "{ \"$1/agent\" 2>/dev/null; [ $? = 126 ]; } && "
               "exec bwrap --unshare-pid --ro-bind \"$0\" /agent --bind \"$1\" /tmp -- /agent",
               kAgent, directory.path()});
  const Launched launched = Launch(argv, {Open("/tmp/agent"), kInChild});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched, 0), "setup_failed EBADMSG");  // it is there, and no canary
}

TEST(AgentLaunch, AnswersWithoutAFreeDescriptor) {
  const Launched launched = Launch({"prlimit", "--nofile=3:3", kAgent}, {Open("/x"), kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched), (std::vector<std::string>{"denied EMFILE", "denied EMFILE"}));
}

TEST(AgentLaunch, AnswersWithFewDescriptors) {
  const Launched launched =
      Launch({"prlimit", "--nofile=8:8", kAgent}, {Open("/x"), kInChild, kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched, 0), "denied ENOENT");
  EXPECT_EQ(Said(launched, 2), "reached");
}

TEST(AgentLaunch, AnswersInFourMebibytesOfAddressSpace) {
  const Launched launched =
      Launch({"prlimit", "--as=4194304", kAgent}, {Open("/x"), kInChild, kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched, 0), "denied ENOENT");
  EXPECT_EQ(Said(launched, 2), "reached");
}

TEST(AgentLaunch, AnswersWithoutAProcessToSpare) {
  const Launched launched =
      Launch(AsUser({"prlimit", "--nproc=1", kAgent}), {Open("/x"), kInChild, kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched),
            (std::vector<std::string>{"denied ENOENT", "setup_failed EAGAIN", "reached"}));
}

TEST(AgentLaunch, AnswersUnderEveryLimitAtOnce) {
  const Launched launched =
      Launch(AsUser({"prlimit", "--nproc=1", "--nofile=8:8", "--as=4194304", "--fsize=0",
                     "--stack=65536", "--core=0", "--memlock=0", kAgent}),
             {Open("/x"), kInChild, kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched),
            (std::vector<std::string>{"denied ENOENT", "setup_failed EAGAIN", "reached"}));
}

TEST(AgentLaunch, AnswersAsPid1) {
  const Launched launched = Launch(BareBwrap({"--as-pid-1"}), {Open("/x"), kInChild, kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(launched.agent_pid, 1);
  EXPECT_EQ(launched.answers.size(), 3U);
}

TEST(AgentLaunch, AnswersWhereAFilterRefusesFork) {
  const UniqueFd filter =
      testing::Filter(SCMP_ACT_ERRNO(EPERM), {"fork", "vfork", "clone", "clone3"});
  ASSERT_TRUE(filter);
  const Launched launched = LaunchAs(
      {.argv = BareBwrap({"--seccomp", "30"}), .fds = {{.target = 30, .source = filter.get()}}},
      {Open("/x"), kInChild, kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched),
            (std::vector<std::string>{"denied ENOENT", "setup_failed EPERM", "reached"}));
}

TEST(AgentLaunch, AnswersWithStandardErrorClosed) {
  const Launched launched = Launch(Shell("exec \"$0\" 2>&-"), {Open("/x"), kInChild, kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(launched.answers.size(), 3U);
}

TEST(AgentLaunch, AnswersOnATerminal) {
  const testing::TempDir directory;
  const std::string batch = directory.Write("batch", "", 0666);
  const Launched launched = LaunchAs({.argv = {kAgent, "--batch=" + batch}, .terminal = true},
                                     {Open("/x"), kInChild, {.probe = "inherit/controlling_tty"}},
                                     std::chrono::seconds(20), batch);
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched, 0), "denied ENOENT");
  EXPECT_EQ(Said(launched, 2), "reached");
}

TEST(AgentLaunch, ExitsWith3WhereStandardOutputIsClosed) {
  const Launched launched = Launch(Shell("exec \"$0\" >&-"), {Open("/x")});
  EXPECT_FALSE(launched.is_whole);
  EXPECT_EQ(launched.end.wait_status, 3 << 8);
  EXPECT_EQ(launched.silence, "the launcher exited with 3 before the agent had started");
}

TEST(AgentLaunch, ExitsWith3WhereNobodyReadsItsOutput) {
  // The agent starts once its reader is gone, which may take a while on a busy machine.
  const Launched launched = Launch(
      Shell("exec 3<&0; trap '' PIPE; { while echo; do :; done 2>/dev/null; \"$0\" <&3 3<&-; "
            "echo $? >&2; } | :; exit 0"),
      {Open("/x")});
  EXPECT_FALSE(launched.is_whole);
  EXPECT_TRUE(launched.silence.ends_with("its last words: 3")) << launched.silence;
}

// The script prints after each of the agent's lines, at times without a line feed.
TEST(AgentLaunch, IsHeardAmongALaunchersNoise) {
  const Launched launched = Launch(Shell("echo starting; printf 'no line feed'\n"
                                         "\"$0\" | while IFS= read -r line; do\n"
                                         "  case $line in\n"
                                         "    '') echo ;;\n"
                                         "    *) printf '%s\\n{\"noise\": \"' \"$line\" ;;\n"
                                         "  esac\n"
                                         "done\n"
                                         "echo; echo done; printf 'and out'"),
                                   {Open("/x"), kInChild, kListRoot});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(launched.answers.size(), 3U);
  EXPECT_EQ(Said(launched, 0), "denied ENOENT");
  EXPECT_GT(launched.strange_lines, 3U);
}

TEST(AgentLaunch, RefusesAProbeThatItDoesNotHave) {
  const Launched launched = Launch({kAgent}, {{.probe = "fs/absent"}, Open("/x")});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched), (std::vector<std::string>{"setup_failed ENOSYS", "denied ENOENT"}));
}

TEST(AgentLaunch, NamesALauncherThatIsNotThere) {
  const Launched launched = Launch({"/absent/launcher"}, {Open("/x")});
  EXPECT_EQ(launched.end.exec_error, ENOENT);
  EXPECT_EQ(launched.silence,
            "the launcher could not be started: ENOENT before the agent had started");
}

}  // namespace
}  // namespace sandproof
