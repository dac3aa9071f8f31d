#include "harness/driver/bwrap_combinations.h"

#include <gtest/gtest.h>

#include "harness/driver/words_for_test.h"

namespace sandproof {
namespace {

std::vector<Combination> CombinationsOf(const std::string& line, unsigned uid = 0) {
  const SandboxSpec spec = {.name = "auth", .launch = Words(line), .payload = {"/app/server"}};
  const Result<std::vector<Combination>> all = BwrapCombinations({.spec = spec, .uid = uid});
  EXPECT_TRUE(all) << all.error().message;
  return all ? *all : std::vector<Combination>();
}

std::string LineOf(const Combination& combination) {
  return combination.line ? Joined(combination.line->launch) : "(not launched)";
}

TEST(BwrapCombinations, TakePrivilegeThenMountsThenNamespaces) {
  const std::vector<Combination> all = CombinationsOf(
      "setpriv --reuid=5 --clear-groups bwrap --unshare-user --unshare-pid --cap-drop ALL "
      "--ro-bind /usr /usr --remount-ro / {payload}");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(LineOf(all[0]), "bwrap --unshare-pid --ro-bind /usr /usr --remount-ro / {payload}");
  EXPECT_EQ(LineOf(all[1]), "bwrap --unshare-pid --bind /usr /usr {payload}");
  EXPECT_EQ(LineOf(all[2]), "bwrap --bind /usr /usr {payload}");
  EXPECT_EQ(LineOf(all[3]), "{payload}");
  EXPECT_TRUE(all[3].line->is_bare);
}

TEST(BwrapCombinations, NameEachProtectionOnce) {
  const std::vector<Combination> all = CombinationsOf(
      "setpriv --reuid=5 --regid=5 bwrap --unshare-user --disable-userns --new-session {payload}");
  EXPECT_EQ(all[0].ids, (std::vector<std::string>{"setpriv --reuid=5 --regid=5 → dropped",
                                                  "--unshare-user → dropped"}));
  EXPECT_EQ(all[1].ids.back(), "--new-session → dropped");
}

// bwrap drops the capabilities of whoever is not root without being told.
TEST(BwrapCombinations, GiveBackWhatBwrapTakesByItself) {
  const std::vector<Combination> all =
      CombinationsOf("bwrap --unshare-user --cap-drop ALL {payload}", 1000);
  EXPECT_EQ(LineOf(all[0]), "bwrap --cap-add ALL {payload}");
}

TEST(BwrapCombinations, TakeOneNamespaceOutOfAllBeforeAllOfThem) {
  const std::vector<Combination> all =
      CombinationsOf("bwrap --unshare-all --cap-drop ALL {payload}");
  EXPECT_EQ(LineOf(all[0]),
            "bwrap --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try "
            "{payload}");
  EXPECT_EQ(LineOf(all[1]), "bwrap {payload}");
}

// A single protection is a mutation already.
TEST(BwrapCombinations, AreNoneOfOne) {
  EXPECT_EQ(CombinationsOf("bwrap --cap-drop ALL {payload}").size(), 1U);
}

TEST(BwrapCombinations, LeaveTheHostAsItIs) {
  const std::vector<Combination> all = CombinationsOf(
      "bwrap --unshare-user --cap-drop ALL --ro-bind /usr /usr --dir /usr/no-such-thing {payload}");
  for (const Combination& one : all) {
    if (one.line && one.line->is_bare) continue;
    const bool is_writable = LineOf(one).find("--bind /usr /usr") != std::string::npos;
    EXPECT_FALSE(is_writable) << LineOf(one);
  }
}

}  // namespace
}  // namespace sandproof
