#include "harness/collect/cgroups.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

constexpr const char* kVersion2 =
    "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr const char* kVersion1 =
    "33 32 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "34 32 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "35 32 0:32 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
    "36 32 0:33 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
constexpr const char* kInVersion1 = "4:memory:/a/b\n3:cpu,cpuacct:/a\n2:pids:/a/b\n0::/x\n";

// A directory that stands for the root of the file system.
class Tree {
 public:
  void Put(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = root() + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  [[nodiscard]] std::string root() const { return directory_.path(); }

 private:
  testing::TempDir directory_;
};

TEST(Cgroups, TheLowestLimitOnTheWayCounts) {
  const Tree tree;
  tree.Put("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
  tree.Put("/sys/fs/cgroup/a/b/memory.max", "max\n");
  tree.Put("/sys/fs/cgroup/a/memory.max", "1048576\n");
  tree.Put("/sys/fs/cgroup/a/b/pids.max", "64\n");
  tree.Put("/sys/fs/cgroup/a/pids.max", "512\n");
  tree.Put("/sys/fs/cgroup/a/b/cpu.max", "50000 100000\n");
  const Cgroups cgroups("0::/a/b\n", kVersion2, tree.root());
  EXPECT_EQ(cgroups.Lowest(Resource::kMemory)->value, 1048576U);
  EXPECT_EQ(cgroups.Lowest(Resource::kMemory)->file, "/sys/fs/cgroup/a/memory.max");
  EXPECT_EQ(cgroups.Lowest(Resource::kPids)->value, 64U);
  EXPECT_EQ(cgroups.Lowest(Resource::kCpu)->value, 500U);
  EXPECT_EQ(cgroups.Lowest(Resource::kCpu)->period_us, 100000U);
}

TEST(Cgroups, MaxIsNoLimit) {
  const Tree tree;
  tree.Put("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
  tree.Put("/sys/fs/cgroup/a/pids.max", "max\n");
  tree.Put("/sys/fs/cgroup/a/cpu.max", "max 100000\n");
  const Cgroups cgroups("0::/a\n", kVersion2, tree.root());
  EXPECT_TRUE(cgroups.Knows(Resource::kPids));
  EXPECT_EQ(cgroups.Lowest(Resource::kPids), std::nullopt);
  EXPECT_EQ(cgroups.Lowest(Resource::kCpu), std::nullopt);
}

TEST(Cgroups, ReadsVersion1) {
  const Tree tree;
  tree.Put("/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "67108864\n");
  tree.Put("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");
  tree.Put("/sys/fs/cgroup/pids/a/b/pids.max", "max\n");
  tree.Put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "25000\n");
  tree.Put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  const Cgroups cgroups(kInVersion1, kVersion1, tree.root());
  EXPECT_EQ(cgroups.Lowest(Resource::kMemory)->value, 67108864U);
  EXPECT_EQ(cgroups.Lowest(Resource::kPids), std::nullopt);
  EXPECT_EQ(cgroups.Lowest(Resource::kCpu)->value, 250U);
}

TEST(Cgroups, NoQuotaIsMinusOneInVersion1) {
  const Tree tree;
  tree.Put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n");
  tree.Put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(Cgroups(kInVersion1, kVersion1, tree.root()).Lowest(Resource::kCpu), std::nullopt);
}

// A container shows its own part of the hierarchy as the root.
TEST(Cgroups, FollowsAMountOfAPart) {
  const Tree tree;
  tree.Put("/sys/fs/cgroup/pids/b/pids.max", "5\n");
  const Cgroups cgroups("2:pids:/docker/1/b\n",
                        "35 32 0:32 /docker/1 /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n",
                        tree.root());
  EXPECT_EQ(cgroups.Lowest(Resource::kPids)->value, 5U);
}

// What lies outside our own cgroup namespace cannot be read, and must not look like no limit.
TEST(Cgroups, KnowsNothingOfPathsThatLeadOut) {
  const Cgroups out("2:pids:/../x\n", kVersion1);
  EXPECT_FALSE(out.Knows(Resource::kPids));
  EXPECT_FALSE(Cgroups("", "").Knows(Resource::kMemory));
}

TEST(Cgroups, CountsOfBothVersions) {
  const Tree tree;
  tree.Put("/sys/fs/cgroup/memory/a/b/memory.oom_control",
           "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
  tree.Put("/sys/fs/cgroup/pids/a/b/pids.events", "max 7\n");
  tree.Put("/sys/fs/cgroup/cpu,cpuacct/a/cpu.stat", "nr_periods 9\nnr_throttled 2\n");
  const Cgroups cgroups(kInVersion1, kVersion1, tree.root());
  EXPECT_EQ(cgroups.Counters(Resource::kMemory).begin()->second, 3);
  EXPECT_EQ(cgroups.Counters(Resource::kPids).begin()->second, 7);
  EXPECT_EQ(cgroups.Counters(Resource::kCpu).begin()->second, 2);
}

TEST(Cgroups, CountsOomKillsOfVersion2) {
  const Tree tree;
  tree.Put("/sys/fs/cgroup/cgroup.controllers", "memory\n");
  tree.Put("/sys/fs/cgroup/a/memory.events", "low 0\nhigh 0\nmax 12\noom 4\noom_kill 1\n");
  const CgroupCounters counters =
      Cgroups("0::/a\n", kVersion2, tree.root()).Counters(Resource::kMemory);
  EXPECT_EQ(counters, (CgroupCounters{{"/sys/fs/cgroup/a/memory.events", 1}}));
}

TEST(Cgroups, OnlyWhatWasThereBeforeCanGrow) {
  EXPECT_EQ(Grown({{"a", 1}, {"b", 1}}, {{"a", 1}, {"b", 2}}), "b");
  EXPECT_EQ(Grown({{"a", 1}}, {{"a", 1}, {"b", 2}}), "");
}

}  // namespace
}  // namespace sandproof
