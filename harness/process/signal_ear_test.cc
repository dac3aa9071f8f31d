#include "harness/process/signal_ear.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "harness/child_for_test.h"

namespace sandproof {
namespace {

// A child that waits, heeds nothing, and ends by SIGTERM.
void Rest(testing::KeptChild& child) {
  if (child.Fork() != 0) return;
  for (;;) ::poll(nullptr, 0, -1);
}

TEST(SignalEar, HearsWhatTheProcessDoesNot) {
  testing::KeptChild child;
  Rest(child);
  std::optional<SignalEar> ear = SignalEar::At(child.pid(), SIGURG);
  ASSERT_TRUE(ear);
  ASSERT_EQ(::kill(child.pid(), SIGURG), 0);
  EXPECT_EQ(ear->Heard(), true);
}

TEST(SignalEar, HearsNothingWhereNothingWasSent) {
  testing::KeptChild child;
  Rest(child);
  ASSERT_EQ(::kill(child.pid(), SIGURG), 0);  // before anybody listens
  std::optional<SignalEar> ear = SignalEar::At(child.pid(), SIGURG);
  ASSERT_TRUE(ear);
  ASSERT_EQ(::kill(child.pid(), SIGCONT), 0);
  EXPECT_EQ(ear->Heard(), false);
}

// Signals that come meanwhile are the process's own business.
TEST(SignalEar, KeepsNoOtherSignalFromTheProcess) {
  testing::KeptChild child;
  Rest(child);
  {
    const std::optional<SignalEar> ear = SignalEar::At(child.pid(), SIGURG);
    ASSERT_TRUE(ear);
    ASSERT_EQ(::kill(child.pid(), SIGTERM), 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child.pid(), &status, 0), child.pid());
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
}

TEST(SignalEar, LeavesTheProcessRunning) {
  testing::KeptChild child;
  Rest(child);
  { const std::optional<SignalEar> ear = SignalEar::At(child.pid(), SIGURG); }
  int status = 0;
  EXPECT_EQ(::waitpid(child.pid(), &status, WNOHANG | WUNTRACED), 0) << status;
}

TEST(SignalEar, IsNoneAtAProcessThatIsGone) {
  testing::KeptChild child;
  if (child.Fork() == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child.pid(), nullptr, 0), child.pid());
  EXPECT_FALSE(SignalEar::At(child.pid(), SIGURG));
}

}  // namespace
}  // namespace sandproof
