#include "harness/driver/limit_words.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

LimitsSpec In(const std::vector<std::string>& words) { return LimitsIn(words); }

TEST(LimitWords, ReadsPrlimit) {
  const LimitsSpec limits =
      In({"/usr/bin/prlimit", "--nproc=64", "--nofile=32:128", "--as=1073741824", "--core=0"});
  EXPECT_EQ(limits.pids, 64U);
  EXPECT_EQ(limits.open_files, 128U);
  EXPECT_EQ(limits.address_space, 1073741824U);
}

TEST(LimitWords, ReadsShortOptionsOfPrlimit) {
  EXPECT_EQ(In({"prlimit", "-u16", "-n=8"}), (LimitsSpec{.pids = 16, .open_files = 8}));
}

TEST(LimitWords, ReadsPropertiesOfSystemdRun) {
  const LimitsSpec limits = In({"systemd-run", "--scope", "-p", "TasksMax=32",
                                "--property=MemoryMax=64M", "-pCPUQuota=50%", "--"});
  EXPECT_EQ(limits.pids, 32U);
  EXPECT_EQ(limits.memory, 64U << 20);
  EXPECT_EQ(limits.cpus, 0.5);
}

TEST(LimitWords, NoLimitIsNone) {
  EXPECT_EQ(In({"prlimit", "--nproc=unlimited", "--nofile=", "--as=x"}), LimitsSpec());
  EXPECT_EQ(In({"systemd-run", "-p", "MemoryMax=infinity"}), LimitsSpec());
}

// The same letters mean something else to others.
TEST(LimitWords, LeavesOtherProgramsAlone) {
  EXPECT_EQ(In({"nice", "-n5", "env", "--nproc=1"}), LimitsSpec());
  EXPECT_EQ(In({"prlimit", "--core=0", "choom", "-n100", "--"}), LimitsSpec());
}

TEST(LimitWords, PromiseWhatTheySet) {
  const std::vector<std::string> words = {"prlimit", "--nofile=64", "--nproc=unlimited"};
  const std::vector<FlagPromise> promises = LimitPromisesOf(words);
  ASSERT_EQ(promises.size(), 1U);
  EXPECT_EQ(promises[0].text, "prlimit --nofile=64");
  EXPECT_EQ(promises[0].ids, std::vector<std::string>{"rlimit.nofile_enforced"});
}

}  // namespace
}  // namespace sandproof
