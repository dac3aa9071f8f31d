// `check`, started as a user starts it.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "harness/cli/command_for_test.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {
namespace {

// A socket cannot be opened anew by its path in /proc: ENXIO.
TEST(Check, TakesASocketAmongItsDescriptors) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);  // inherited: no SOCK_CLOEXEC
  const UniqueFd one(ends[0]);
  const UniqueFd other(ends[1]);
  const testing::Ended ended =
      testing::Sandproof({"check", "--only", "launcher.payload_missing_inside", "--",
                          "/usr/bin/env", "--", "/usr/bin/true"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
}

// `check`, after a line of shell in its own process.
testing::Ended CheckAfter(const std::string& line, const std::string& arguments) {
  return testing::RunProgram(
      {"/bin/sh", "-c", line + "; exec " + testing::kSandproof + " check " + arguments});
}

constexpr const char* kLine = "-- /usr/bin/env -- /usr/bin/true";

// Most systems start a process with 1024, and a few with 256: not every number above those of the
// launcher is ours to use.
class DescriptorLimit : public ::testing::TestWithParam<const char*> {};

TEST_P(DescriptorLimit, LeavesNothingUntried) {
  const std::string limit = std::string("ulimit -Sn ") + GetParam();
  const testing::Ended ended = CheckAfter(limit, kLine);
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find(" 0 inconclusive"), std::string::npos) << ended.out;
}

INSTANTIATE_TEST_SUITE_P(Usual, DescriptorLimit, ::testing::Values("256", "1024", "1100"));

// The launcher, and so the payload, has the limit that we were given.
TEST(Check, HandsItsOwnDescriptorLimitOn) {
  const testing::TempDir directory;
  const std::string script = directory.Write(
      "launcher", "#!/bin/sh\nulimit -Sn > " + (directory / "limit") + "\nexec \"$@\"\n", 0755);
  const testing::Ended ended =
      CheckAfter("ulimit -Sn 512", "--only pid.ns_is_own -- " + script + " '{payload}'");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_EQ(testing::TextOf(directory / "limit"), "512\n");
}

TEST(Check, RunsWithoutStandardDescriptors) {
  const testing::TempDir directory;
  const std::string report = directory / "report.json";
  const testing::Ended ended =
      CheckAfter("exec <&- >&- 2>&-", "--only pid --json " + report + ' ' + kLine);
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(testing::TextOf(report).find("\"pid.ns_is_own\""), std::string::npos);
}

TEST(Check, SaysThatItsWorkingDirectoryIsGone) {
  const testing::TempDir directory;
  const std::string gone = directory / "gone";
  const testing::Ended ended =
      CheckAfter("mkdir " + gone + "; cd " + gone + "; rmdir " + gone, kLine);
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("working directory"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace sandproof
