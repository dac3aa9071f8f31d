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

}  // namespace
}  // namespace sandproof
