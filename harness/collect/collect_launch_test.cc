// Whole runs, really launched: what must never read as a pass.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "harness/collect/collect.h"
#include "harness/collect/launch_for_test.h"
#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

SandboxSpec Sandbox(std::vector<std::string> launch) {
  SandboxSpec sandbox;
  sandbox.name = "one";
  sandbox.launch = std::move(launch);
  sandbox.payload = {"/bin/true"};
  sandbox.cwd = "/";
  sandbox.limit = std::chrono::seconds(1);
  return sandbox;
}

SandboxSpec TightBwrap() {
  return Sandbox({"bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
                  "--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--tmpfs",
                  "/tmp", "--", "{payload}"});
}

Result<sandproof::Run> RunOf(SandboxSpec sandbox, CollectOptions options = {}) {
  options.agent_path = testing::kAgent;
  Spec spec;
  spec.file = "test.json";
  spec.sandboxes = {std::move(sandbox)};
  return Collect(spec, options);
}

// No pass, exit code 3, and a reason that names what happened.
void ExpectNothingShown(SandboxSpec sandbox, const std::string& reason) {
  const Result<sandproof::Run> run = RunOf(std::move(sandbox));
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->exit_code, 3);
  EXPECT_EQ(Count(*run).pass, 0);
  EXPECT_NE(run->sandboxes.front().launch_error.find(reason), std::string::npos)
      << run->sandboxes.front().launch_error;
}

TEST(Collect, ShowsNothingWhereTheLauncherIsFalse) {
  ExpectNothingShown(Sandbox({"/bin/false", "{payload}"}), "exited with 1");
}

TEST(Collect, ShowsNothingWhereTheLauncherIsTrue) {
  ExpectNothingShown(Sandbox({"/bin/true", "{payload}"}), "exited with 0");
}

TEST(Collect, ShowsNothingWhereTheLauncherNeverEnds) {
  ExpectNothingShown(Sandbox({"sh", "-c", "exec sleep infinity", "{payload}"}),
                     "still running when its time was over");
}

// A terminal has no standard error of its own, and some scripts say everything on standard output.
TEST(Collect, TellsWhatALauncherSaidWhereverItSaidIt) {
  constexpr const char* kWords = "its last words: no such image";
  ExpectNothingShown(Sandbox({"sh", "-c", "echo no such image; exit 1", "{payload}"}), kWords);
  SandboxSpec on_terminal = Sandbox({"sh", "-c", "echo no such image >&2; exit 1", "{payload}"});
  on_terminal.stdio = StdioKind::kPty;
  ExpectNothingShown(on_terminal, kWords);
}

TEST(Collect, ShowsNothingWhereTheLauncherForgesAnswers) {
  const testing::TempDir directory;
  const std::string script = directory.Write(
      "forge",
      "#!/bin/sh\n"
      "echo '{\"sandproof\":\"ready\",\"pid\":1}'\n"
      "cat >/dev/null\n"
      "echo '{\"sandproof\":\"start\",\"nonce\":\"0\",\"count\":200,\"facts\":{}}'\n"
      "echo '{\"sandproof\":\"obs\",\"nonce\":\"0\",\"i\":0,\"probe\":\"pid/visible\",\"outcome\":"
      "\"denied\",\"error\":3,\"call\":\"kill()\",\"us\":1,\"facts\":{}}'\n"
      "echo '{\"sandproof\":\"end\",\"nonce\":\"0\",\"count\":200}'\n");
  ::chmod(script.c_str(), 0755);
  ExpectNothingShown(Sandbox({script, "{payload}"}), "before the agent had started");
}

TEST(Collect, RefusesALauncherThatIsNotThere) {
  const Result<sandproof::Run> run = RunOf(Sandbox({"/no/such/launcher", "{payload}"}));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::kConfiguration);
  EXPECT_NE(run.error().message.find("/no/such/launcher"), std::string::npos);
}

TEST(Collect, RefusesToSelectNothing) {
  const Result<sandproof::Run> run = RunOf(TightBwrap(), {.only = {"no.such.property"}});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::kConfiguration);
}

// A bug of ours in the middle of a session ends the run, and does not leave it waiting for ever.
TEST(Collect, EndsWithWhatASessionThrows) {
  CollectOptions options;
  options.only = {"pid"};
  options.before_probes = [](World&, Decoy&) { throw std::logic_error("a bug"); };
  EXPECT_THROW(static_cast<void>(RunOf(TightBwrap(), options)), std::logic_error);
}

// Kills a canary when its control has reached it, before the sandbox is asked.
void ExpectNoPassWithout(Canary canary, SandboxSpec sandbox) {
  bool is_dropped = false;
  CollectOptions options;
  options.before_probes = [&](World& world, Decoy& decoy) {
    const bool is_of_decoy = canary == Canary::kProcess;
    if (is_of_decoy) decoy.Kill();
    is_dropped = is_of_decoy || world.Drop(canary);
  };
  const Result<sandproof::Run> run = RunOf(std::move(sandbox), options);
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_TRUE(is_dropped);
  int checked = 0;
  for (const CheckResult& result : run->sandboxes.front().results) {
    const Property& property = *result.check.property;
    if (property.canary != canary || result.check.expectation != Expectation::kBlocked) continue;
    ++checked;
    EXPECT_EQ(result.judgement.verdict, Verdict::kInconclusive)
        << property.id << ": " << result.judgement.explanation;
  }
  EXPECT_GT(checked, 0);
}

class DeadCanary : public ::testing::TestWithParam<Canary> {};

TEST_P(DeadCanary, MakesNoCheckPass) { ExpectNoPassWithout(GetParam(), TightBwrap()); }

INSTANTIATE_TEST_SUITE_P(Each, DeadCanary,
                         ::testing::Values(Canary::kProcess, Canary::kTcp4, Canary::kTcp6,
                                           Canary::kUdp4, Canary::kUdp6, Canary::kUnixPath,
                                           Canary::kUnixPathDgram, Canary::kUnixPathSeqpacket,
                                           Canary::kUnixAbstract, Canary::kTmpFile,
                                           Canary::kShmFile, Canary::kSysvShm, Canary::kSysvSem,
                                           Canary::kSysvMsg, Canary::kPosixMq, Canary::kUnixDgram,
                                           Canary::kUnixSeqpacket));

// They are planted in what the sandbox shows.
class DeadProgram : public DeadCanary {};

TEST_P(DeadProgram, MakesNoCheckPass) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root to plant a program that raises privilege";
  SandboxSpec sandbox = TightBwrap();
  const std::vector<std::string> bind = {"--ro-bind", "/var/tmp", "/data"};
  sandbox.launch.insert(sandbox.launch.end() - 2, bind.begin(), bind.end());
  ExpectNoPassWithout(GetParam(), std::move(sandbox));
}

INSTANTIATE_TEST_SUITE_P(Each, DeadProgram,
                         ::testing::Values(Canary::kSetIdProgram, Canary::kCapsProgram));

TEST(DeadDisk, MakesNoCheckPass) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root to attach a disk";
  ExpectNoPassWithout(Canary::kDisk, TightBwrap());
}

// SCTP apart, which most kernels lack.
INSTANTIATE_TEST_SUITE_P(
    Outside, DeadCanary,
    ::testing::Values(Canary::kFarTcp4, Canary::kFarTcp6, Canary::kFarUdp4, Canary::kFarUdp6,
                      Canary::kFarUring, Canary::kInbound, Canary::kFarDnsUdp4, Canary::kFarDnsUdp6,
                      Canary::kFarDnsTcp4, Canary::kFarDnsTcp6, Canary::kMetadata4,
                      Canary::kMetadata6, Canary::kNeighbour4, Canary::kNeighbour6,
                      Canary::kBroadcast, Canary::kMulticast4, Canary::kMulticast6,
                      Canary::kFarIcmp4, Canary::kFarIcmp6, Canary::kFarRaw4, Canary::kFarRaw6));

}  // namespace
}  // namespace sandproof
