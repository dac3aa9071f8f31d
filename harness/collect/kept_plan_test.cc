#include "harness/collect/kept_plan.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

using Wrong = std::vector<std::string>;

LeftFile File(std::string outside = "/srv/data") {
  return {.directory = "/data", .outside = std::move(outside), .name = "kept", .nonce = "7f"};
}

SeenOutside Seen() { return {.text = "7f", .owner = 1000, .mode = 0644}; }

TEST(WrongOutside, IsNothingOfWhatIsThereAsItWasLeft) {
  EXPECT_EQ(WrongOutside(File(), Seen(), 1000), Wrong());
}

TEST(WrongOutside, NamesWhatIsNotThere) {
  EXPECT_EQ(WrongOutside(File(), {.error = ENOENT}, 1000), Wrong{"/srv/data/kept: ENOENT"});
  EXPECT_EQ(WrongOutside(File(""), {.error = ENOENT}, 1000),
            Wrong{"no argument leads from there to a directory of the host"});
}

// A file system that keeps neither, such as vfat.
TEST(WrongOutside, NamesAnotherOwnerAndMode) {
  SeenOutside seen = Seen();
  seen.owner = 0;
  seen.mode = 0755;
  EXPECT_EQ(WrongOutside(File(), seen, 1000),
            (Wrong{"owner 0 instead of 1000", "mode 0755 instead of 0644"}));
}

TEST(WrongOutside, NamesAnotherContent) {
  SeenOutside seen = Seen();
  seen.text = "80";
  EXPECT_EQ(WrongOutside(File(), seen, 1000), Wrong{"/srv/data/kept: other content"});
}

LaunchPlan PlanOf(std::vector<PathPromise> paths) {
  LaunchPlan plan;
  plan.promises.paths = std::move(paths);
  return plan;
}

std::vector<std::string> DirectoriesOf(const SandboxSpec& spec, const LaunchPlan& plan) {
  std::vector<std::string> directories;
  for (const LeftFile& file : NameLeftFiles(spec, plan)) {
    directories.push_back(file.directory + " " + file.outside);
  }
  return directories;
}

TEST(NameLeftFiles, TakesEveryDirectoryThatLetsWrite) {
  const testing::TempDir directory;
  const std::string host = directory.path();
  const LaunchPlan plan =
      PlanOf({{.path = "/app", .source = host},
              {.path = "/data", .source = host, .access = PathAccess::kReadWrite},
              {.path = "/tmp", .access = PathAccess::kPrivate}});
  EXPECT_EQ(DirectoriesOf({}, plan), std::vector<std::string>{"/data " + host});
}

// The configuration's word goes before the line's, and then nothing leads outside.
TEST(NameLeftFiles, TakesWhatIsDeclaredWhereTheLineKeepsNothing) {
  const LaunchPlan plan = PlanOf({{.path = "/data", .access = PathAccess::kPrivate}});
  SandboxSpec spec;
  spec.paths["/data"] = PathAccess::kReadWrite;
  EXPECT_EQ(DirectoriesOf(spec, plan), std::vector<std::string>{"/data "});
}

TEST(NameLeftFiles, LeavesTheKernelsOwnAndFilesAlone) {
  const LaunchPlan plan =
      PlanOf({{.path = "/", .source = "/", .access = PathAccess::kReadWrite},
              {.path = "/dev", .source = "/dev", .access = PathAccess::kReadWrite},
              {.path = "/sys", .source = "/sys", .access = PathAccess::kReadWrite},
              {.path = "/log", .source = "/etc/passwd", .access = PathAccess::kReadWrite}});
  EXPECT_EQ(DirectoriesOf({}, plan), std::vector<std::string>());
}

TEST(NameLeftFiles, KnowsNothingOfALauncherThatNobodyReads) {
  SandboxSpec spec;
  spec.paths["/data"] = PathAccess::kReadWrite;
  EXPECT_EQ(DirectoriesOf(spec, {}), std::vector<std::string>());
}

// What each of two is asked, "NAME ID".
std::set<std::string> AskedOf(const LaunchPlan& second) {
  const SandboxSpec a{.name = "a"};
  const SandboxSpec b{.name = "b"};
  const LaunchPlan first =
      PlanOf({{.path = "/data", .source = "/srv/data", .access = PathAccess::kReadWrite}});
  const std::vector<LeftFile> files = {File()};
  const std::vector<LeftFile> none;
  std::set<std::string> asked;
  for (const KeptCheck& one : KeptChecks(
           {{.spec = a, .plan = first, .files = files}, {.spec = b, .plan = second, .files = none}},
           {})) {
    asked.insert((one.owner == 0 ? "a " : "b ") + one.check.Id());
  }
  return asked;
}

TEST(KeptChecks, AskWhoeverWasNotGivenTheDirectory) {
  const std::set<std::string> own = {"a svc.log_written_outside[/data]",
                                     "a svc.data_persisted[/data]"};
  std::set<std::string> all = own;
  all.insert("b svc.data_not_shared[a:/data]");
  EXPECT_EQ(AskedOf(PlanOf({{.path = "/usr", .source = "/usr"}})), all);
  // What is bound for all that lies above it was not meant.
  EXPECT_EQ(AskedOf(PlanOf({{.path = "/srv", .source = "/srv"}})), all);
  EXPECT_EQ(AskedOf(PlanOf({{.path = "/shared", .source = "/srv/data"}})), own);
}

TEST(KeptChecks, LookUnderEveryNameThatTheFileMayHave) {
  const SandboxSpec a{.name = "a"};
  const SandboxSpec b{.name = "b"};
  const LaunchPlan first = PlanOf({});
  const LaunchPlan second = PlanOf({{.path = "/mnt", .source = "/srv"}});
  const std::vector<LeftFile> files = {File()};
  const std::vector<LeftFile> none;
  const std::vector<KeptCheck> checks = KeptChecks(
      {{.spec = a, .plan = first, .files = files}, {.spec = b, .plan = second, .files = none}},
      {"svc.data_not_shared"});
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks.front().request.Param("paths"), "/mnt/data/kept:/data/kept:/srv/data/kept");
}

}  // namespace
}  // namespace sandproof
