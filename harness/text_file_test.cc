#include "harness/text_file.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/temp_dir_for_test.h"

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

}  // namespace
}  // namespace sandproof
