// What lasts of a sandbox, really launched: what is told of it, and that nothing is left of the
// telling.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/collect/collect.h"
#include "harness/collect/launch_for_test.h"
#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

SandboxSpec SandboxWith(const std::vector<std::string>& more) {
  SandboxSpec sandbox{.name = "a"};
  sandbox.launch = {"bwrap", "--unshare-pid", "--ro-bind", "/usr",    "/usr", "--proc",
                    "/proc", "--dev",         "/dev",      "--tmpfs", "/tmp"};
  sandbox.launch.insert(sandbox.launch.end(), more.begin(), more.end());
  sandbox.launch.insert(sandbox.launch.end(), {"--", "{payload}"});
  sandbox.payload = {"/usr/bin/true"};
  sandbox.cwd = "/";
  return sandbox;
}

Result<sandproof::Run> RunKept(std::vector<SandboxSpec> sandboxes, std::vector<std::string> only) {
  CollectOptions options;
  options.agent_path = testing::kAgent;
  options.only = std::move(only);
  Spec spec{.file = "test.json"};
  spec.sandboxes = std::move(sandboxes);
  return Collect(spec, options);
}

Result<sandproof::Run> RunKept(SandboxSpec sandbox, std::vector<std::string> only) {
  return RunKept(std::vector<SandboxSpec>{std::move(sandbox)}, std::move(only));
}

// What the report says of the further launches of a sandbox.
std::string FurtherLaunches(const SandboxRun& sandbox) {
  for (const std::string& one : sandbox.perturbation) {
    if (one.find("to see what lasts") != std::string::npos) return one.substr(0, one.find(','));
  }
  return "none";
}

std::string VerdictIn(const Result<sandproof::Run>& run, const std::string& id) {
  if (!run) return run.error().message;
  for (const CheckResult& result : run->sandboxes.front().results) {
    if (result.check.Id() == id) {
      return std::string(Name(result.judgement.verdict)) + " " + result.judgement.reason;
    }
  }
  return "not asked";
}

class KeptData : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = testing::WhyNoBwrap(); !why.empty()) GTEST_SKIP() << why;
  }
  // What a directory holds.
  static std::size_t CountIn(const std::string& path) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path),
                                                  std::filesystem::directory_iterator()));
  }
};

TEST_F(KeptData, LastsWhereTheHostsDirectoryIsBound) {
  const testing::TempDir data;
  const auto run = RunKept(SandboxWith({"--bind", data.path(), "/data"}), {"svc"});
  EXPECT_EQ(VerdictIn(run, "svc.log_written_outside[/data]"), "pass holds");
  EXPECT_EQ(VerdictIn(run, "svc.data_persisted[/data]"), "pass reached");
  EXPECT_EQ(CountIn(data.path()), 0U);
}

TEST_F(KeptData, IsAskedForByItself) {
  const testing::TempDir data;
  const auto run = RunKept(SandboxWith({"--bind", data.path(), "/data"}), {"svc.data_persisted"});
  EXPECT_EQ(VerdictIn(run, "svc.data_persisted[/data]"), "pass reached");
  EXPECT_EQ(VerdictIn(run, "svc.log_written_outside[/data]"), "not asked");
}

TEST_F(KeptData, IsNotLookedForWhereItCannotBe) {
  const testing::TempDir data;
  SandboxSpec keeper = SandboxWith({"--bind", data.path(), "/data"});
  SandboxSpec other = SandboxWith({});
  keeper.name = "keeper";
  other.name = "other";
  const auto own = RunKept({keeper, other}, {"svc.data_persisted"});
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_EQ(FurtherLaunches(own->sandboxes[0]), "the same line is launched twice more");
  EXPECT_EQ(FurtherLaunches(own->sandboxes[1]), "none");
  const auto both = RunKept({keeper, other}, {"svc.data_persisted", "svc.data_not_shared"});
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(FurtherLaunches(both->sandboxes[1]), "the same line is launched once more");
}

// That it cannot be written at all is told elsewhere.
TEST_F(KeptData, IsNotTriedWhereNothingCanBeWritten) {
  const testing::TempDir data;
  SandboxSpec sandbox = SandboxWith({"--ro-bind", data.path(), "/data"});
  sandbox.paths["/data"] = PathAccess::kReadWrite;
  const auto run = RunKept(std::move(sandbox), {"svc"});
  EXPECT_EQ(VerdictIn(run, "svc.log_written_outside[/data]"), "skipped not_applicable");
  EXPECT_EQ(VerdictIn(run, "svc.data_persisted[/data]"), "skipped not_applicable");
}

// A launcher that never comes to its payload tells nothing, and nobody waits for it again.
TEST_F(KeptData, IsInconclusiveOfASandboxThatNeverStarts) {
  const testing::TempDir data;
  const auto run = RunKept(SandboxWith({"--ro-bind", data.path() + "/missing", "/missing", "--bind",
                                        data.path(), "/data"}),
                           {"svc", "pid.ns_is_own"});
  EXPECT_EQ(VerdictIn(run, "svc.log_written_outside[/data]"), "inconclusive probe_silent");
  EXPECT_EQ(VerdictIn(run, "svc.data_persisted[/data]"), "inconclusive probe_silent");
  EXPECT_EQ(CountIn(data.path()), 0U);
}

}  // namespace
}  // namespace sandproof
