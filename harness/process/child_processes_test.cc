#include "harness/process/child_processes.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <future>
#include <thread>

namespace sandproof {
namespace {

TEST(ChildrenOf, AreThoseOfEveryThread) {
  std::promise<pid_t> forked;
  std::promise<void> seen;
  std::thread other([&] {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) ::pause();
    }
    forked.set_value(child);
    seen.get_future().wait();  // a thread that ends leaves its children to another
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  });
  const pid_t child = forked.get_future().get();
  const std::vector<pid_t> children = ChildrenOf(::getpid());
  seen.set_value();
  other.join();
  EXPECT_NE(std::ranges::find(children, child), children.end());
}

TEST(ChildrenOf, AreNoneOfNobody) { EXPECT_TRUE(ChildrenOf(-1).empty()); }

TEST(ParentOf, IsWhoForkedIt) {
  EXPECT_EQ(ParentOf(::getpid()), ::getppid());
  EXPECT_EQ(ParentOf(-1), 0);
}

TEST(IsBelow, HoldsOfItselfAndUpwards) {
  EXPECT_TRUE(IsBelow(::getpid(), ::getpid()));
  EXPECT_TRUE(IsBelow(::getpid(), ::getppid()));
  EXPECT_FALSE(IsBelow(::getppid(), ::getpid()));
}

TEST(IsBelow, HoldsOfNobodyForNobody) { EXPECT_FALSE(IsBelow(-1, 0)); }

}  // namespace
}  // namespace sandproof
