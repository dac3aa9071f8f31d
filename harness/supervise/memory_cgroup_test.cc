#include "harness/supervise/memory_cgroup.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

TEST(OomKills, AreCountedInBothVersions) {
  EXPECT_EQ(OomKills("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"), 3);
  EXPECT_EQ(OomKills("low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\noom_group_kill 0\n"), 1);
}

TEST(OomKills, AreNoneWhereNothingSaysSo) {
  EXPECT_EQ(OomKills(""), 0);
  EXPECT_EQ(OomKills("not_oom_kill 4\n"), 0);
}

}  // namespace
}  // namespace sandproof
