#include "probes/wire/user_namespace.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace sandproof {
namespace {

// The exit status of a child that does this: nothing that it enters is ours.
int InChild(const std::function<int()>& what) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(what());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int Enter(uid_t uid, gid_t gid) { return static_cast<int>(EnterUserNamespace(uid, gid, 0)); }

bool Works() {
  return InChild([] { return Enter(::geteuid(), ::getegid()); }) != 0;
}

constexpr int kSelf = static_cast<int>(Mapped::kSelf);
constexpr int kEverybody = static_cast<int>(Mapped::kEverybody);
constexpr uid_t kOther = 1000;

TEST(UserNamespace, KnowsEverybodyWhereRootMayMapThem) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may map others";
  if (!Works()) GTEST_SKIP() << "user namespaces are refused here";
  EXPECT_EQ(InChild([] { return Enter(0, 0); }), kEverybody);
  EXPECT_EQ(InChild([] { return Enter(0, 0) == kEverybody && ::setuid(kOther) == 0 ? 0 : 1; }), 0);
}

TEST(UserNamespace, KnowsAnOrdinaryUserAlone) {
  const auto enter = [](uid_t uid, gid_t gid) {
    if (::geteuid() == 0 && (::setgid(kOther) != 0 || ::setuid(kOther) != 0)) return 99;
    const int mapped = Enter(uid, gid);
    return mapped == kSelf && ::geteuid() == uid && ::getegid() == gid ? 0 : mapped;
  };
  if (!Works()) GTEST_SKIP() << "user namespaces are refused here";
  EXPECT_EQ(InChild([&] { return enter(0, 0); }), 0);
  EXPECT_EQ(InChild([&] { return enter(kOther, kOther); }), 0);
}

// As another than itself, root is mapped alone: the ids of others would not fit.
TEST(UserNamespace, MapsAnotherIdAlone) {
  if (!Works()) GTEST_SKIP() << "user namespaces are refused here";
  EXPECT_EQ(InChild([] { return Enter(kOther + 1, kOther + 1); }), kSelf);
}

}  // namespace
}  // namespace sandproof
