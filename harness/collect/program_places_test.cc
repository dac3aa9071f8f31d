#include "harness/collect/program_places.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

using Names = std::vector<std::string>;

PathPromise Bind(std::string source, std::string path, PathAccess access = PathAccess::kReadOnly) {
  return {.path = std::move(path), .source = std::move(source), .access = access};
}

Promises Binds(std::vector<PathPromise> paths) {
  Promises promises;
  promises.paths = std::move(paths);
  return promises;
}

TEST(NamesInside, OfALauncherThatSaysNothingOfPathsIsTheSame) {
  EXPECT_EQ(NamesInside({}, "/var/tmp"), Names{"/var/tmp"});
}

TEST(NamesInside, AreThoseOfEachBindThatShowsTheDirectory) {
  const Promises promises = Binds({Bind("/srv", "/data"), Bind("/srv/app", "/app")});
  EXPECT_EQ(NamesInside(promises, "/srv/app"), (Names{"/data/app", "/app"}));
  EXPECT_EQ(NamesInside(promises, "/srv"), Names{"/data"});
  EXPECT_EQ(NamesInside(promises, "/srv2"), Names{});
}

TEST(NamesInside, AreNoneWhereALaterMountCoversIt) {
  const PathPromise tmpfs = {.path = "/var/tmp", .access = PathAccess::kPrivate};
  EXPECT_EQ(NamesInside(Binds({Bind("/", "/"), tmpfs}), "/var/tmp"), Names{});
  EXPECT_EQ(NamesInside(Binds({Bind("/", "/"), tmpfs}), "/var/lib"), Names{"/var/lib"});
}

// What a run may write to is written to rather than what it may not.
TEST(ProgramDirectory, IsOneThatLetsWriteBeforeOneThatDoesNot) {
  const testing::TempDir code;
  const testing::TempDir data;
  const Promises promises =
      Binds({Bind(code.path(), "/app"), Bind(data.path(), "/data", PathAccess::kReadWrite)});
  const std::optional<std::string> found = ProgramDirectory({}, promises);
  if (!found) GTEST_SKIP() << "the temporary directory heeds no set-uid program";
  EXPECT_EQ(*found, data.path());
}

TEST(ProgramDirectory, IsNoneOfTheSystemsOwn) {
  EXPECT_EQ(ProgramDirectory({}, Binds({Bind("/usr", "/usr"), Bind("/etc", "/etc")})),
            std::nullopt);
}

TEST(ProgramDirectory, IsNoFile) {
  const testing::TempDir directory;
  const std::string file = directory.Write("file", "");
  EXPECT_EQ(ProgramDirectory({}, Binds({Bind(file, "/file", PathAccess::kReadWrite)})),
            std::nullopt);
}

}  // namespace
}  // namespace sandproof
