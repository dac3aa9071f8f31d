#include "harness/text_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "harness/temp_dir_for_test.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {
namespace {

TEST(ReadTextFile, HasAllOfIt) {
  const testing::TempDir directory;
  const std::string text = std::string(10'000, 'a') + std::string("\0b\n", 3);
  EXPECT_EQ(ReadTextFile(directory.Write("file", text)), text);
}

TEST(ReadTextFile, IsEmptyWhereThereIsNone) {
  const testing::TempDir directory;
  EXPECT_EQ(ReadTextFile(directory / "none"), "");
}

// It opens, and the read fails.
TEST(ReadTextFile, IsEmptyWhereNothingCanBeRead) {
  const testing::TempDir directory;
  EXPECT_EQ(ReadTextFile(directory.path()), "");
}

// As a process of a sandbox does while we look for another.
TEST(ReadTextFile, IsEmptyForAProcessThatEnds) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  const std::string directory = "/proc/" + std::to_string(child);
  for (int status = 0; ::waitpid(child, &status, WNOHANG) == 0;) {
    static_cast<void>(ReadTextFile(directory + "/status"));
  }
  EXPECT_EQ(ReadTextFile(directory + "/status"), "");
}

// A pipe of packets stands for a file that is another one by the second read.
TEST(ReadOnce, TakesNothingFromASecondRead) {
  std::array<int, 2> ends = {};
  ASSERT_EQ(::pipe2(ends.data(), O_DIRECT | O_CLOEXEC), 0);
  const UniqueFd out(ends[0]);
  const UniqueFd in(ends[1]);
  ASSERT_EQ(::write(in.get(), "first", 5), 5);
  ASSERT_EQ(::write(in.get(), "second", 6), 6);
  const std::string path = "/proc/self/fd/" + std::to_string(out.get());
  EXPECT_EQ(ReadOnce(path, 4096), "first");
  EXPECT_EQ(ReadOnce(path, 3), "sec");
}

TEST(ReadOnce, IsEmptyWhereNothingCanBeRead) {
  const testing::TempDir directory;
  EXPECT_EQ(ReadOnce(directory.path(), 16), "");
  EXPECT_EQ(ReadOnce(directory / "none", 16), "");
}

TEST(ReadRest, GoesOnWhereTheDescriptorIsAndStopsAtTheMost) {
  const testing::TempDir directory;
  const std::string path = directory.Write("file", "0123" + std::string(10'000, 'a'));
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::lseek(file.get(), 4, SEEK_SET), 4);
  const std::optional<std::string> some = ReadRest(file.get(), 1);
  ASSERT_TRUE(some);
  EXPECT_EQ(some->front(), 'a');
  EXPECT_LT(some->size(), 10'000U);
  EXPECT_EQ(ReadRest(file.get()).value_or("").size(), 10'000U - some->size());
}

TEST(ReadRest, TellsAFailureFromAnEnd) {
  const testing::TempDir directory;
  const UniqueFd file(::open(directory.path().c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(ReadRest(file.get()), std::nullopt);
  const UniqueFd empty(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(ReadRest(empty.get()), "");
}

}  // namespace
}  // namespace sandproof
