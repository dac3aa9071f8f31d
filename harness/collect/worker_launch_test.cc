// Probes that kill or hang their worker: reported, and the others still answered.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>

#include "harness/collect/launch_for_test.h"

namespace sandproof {
namespace {

using testing::BareBwrap;
using testing::kAgent;
using testing::kInChild;
using testing::Launch;
using testing::LaunchAs;
using testing::Launched;
using testing::Said;

const Request kOpen{.probe = "fs/read_file", .params = {{"path", "/x"}, {"nonce", "x"}}};
// Connects in the worker itself.
const Request kConnect{.probe = "net/unix_connect",
                       .params = {{"path", "/absent.sock"}, {"nonce", "x"}}};

// A sandbox that kills whoever makes one of these calls.
Launched LaunchDeadly(const std::vector<std::string>& calls, std::vector<Request> requests) {
  const UniqueFd filter = testing::Filter(SCMP_ACT_KILL_PROCESS, calls);
  EXPECT_TRUE(filter);
  return LaunchAs(
      {.argv = BareBwrap({"--seccomp", "30"}), .fds = {{.target = 30, .source = filter.get()}}},
      std::move(requests));
}

// A UDP socket that never answers.
struct Mute {
  Mute() : fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 &&
        ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      port = std::to_string(ntohs(address.sin_port));
    }
  }
  // Waits much longer for an answer than its limit is.
  [[nodiscard]] Request Ask(std::chrono::milliseconds limit) const {
    return {.probe = "net/udp_exchange",
            .limit = limit,
            .params = {{"host", "127.0.0.1"}, {"port", port}, {"nonce", "x"}}};
  }

  UniqueFd fd = {};
  std::string port = {};
};

TEST(WorkerLaunch, AProbeThatKillsItsWorkerIsReportedWithTheSignal) {
  const Launched launched = LaunchDeadly({"connect"}, {kOpen, kConnect, kOpen, kInChild});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched, 0), "denied ENOENT");
  EXPECT_EQ(Said(launched, 1), "killed SIGSYS");
  EXPECT_EQ(Said(launched, 2), "denied ENOENT");
  EXPECT_EQ(launched.answers.at(1).call, "worker(net/unix_connect)");
  EXPECT_EQ(launched.answers.at(1).probe, "net/unix_connect");
}

TEST(WorkerLaunch, EveryProbeMayKillItsWorker) {
  const Launched launched = LaunchDeadly({"connect"}, std::vector<Request>(25, kConnect));
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched), std::vector<std::string>(25, "killed SIGSYS"));
}

TEST(WorkerLaunch, TheFirstAndTheLastProbeMayKillTheirWorker) {
  const Launched launched = LaunchDeadly({"connect"}, {kConnect, kOpen, kOpen, kConnect});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched), (std::vector<std::string>{"killed SIGSYS", "denied ENOENT",
                                                      "denied ENOENT", "killed SIGSYS"}));
}

TEST(WorkerLaunch, ADeathInAProbesChildIsReportedWithTheSignal) {
  const Launched launched = LaunchDeadly({"userfaultfd"}, {kInChild, kOpen});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched), (std::vector<std::string>{"killed SIGSYS", "denied ENOENT"}));
}

// Then the probes run in the agent itself, and nobody is left to report.
TEST(WorkerLaunch, WithoutForkADeathEndsTheAgentAndTheProbeIsNamed) {
  const UniqueFd filter = testing::Filter(SCMP_ACT_KILL_PROCESS, {"connect"});
  ASSERT_TRUE(filter);
  const UniqueFd no_fork =
      testing::Filter(SCMP_ACT_ERRNO(EPERM), {"fork", "vfork", "clone", "clone3"});
  ASSERT_TRUE(no_fork);
  const Launched launched = LaunchAs(
      {.argv = BareBwrap({"--add-seccomp-fd", "30", "--add-seccomp-fd", "31"}),
       .fds = {{.target = 30, .source = filter.get()}, {.target = 31, .source = no_fork.get()}}},
      {kOpen, kConnect, kOpen});
  EXPECT_FALSE(launched.is_whole);
  EXPECT_EQ(Said(launched, 0), "denied ENOENT");
  EXPECT_EQ(Said(launched, 1), "silent");
  EXPECT_NE(launched.silence.find("while it tried net/unix_connect"), std::string::npos)
      << launched.silence;
}

TEST(WorkerLaunch, AProbeThatExceedsItsLimitTimesOutAndTheOthersAreAnswered) {
  const Mute mute;
  const auto start = std::chrono::steady_clock::now();
  const Launched launched =
      Launch({kAgent}, {kOpen, mute.Ask(std::chrono::milliseconds(50)), kOpen, kInChild});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched, 0), "denied ENOENT");
  EXPECT_EQ(Said(launched, 1), "timeout");
  EXPECT_EQ(Said(launched, 2), "denied ENOENT");
  EXPECT_EQ(launched.answers.at(1).call, "worker(net/udp_exchange)");
  EXPECT_LT(launched.answers.at(1).duration, std::chrono::seconds(1));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(WorkerLaunch, EveryProbeMayExceedItsLimit) {
  const Mute mute;
  const Launched launched =
      Launch({kAgent}, std::vector<Request>(6, mute.Ask(std::chrono::milliseconds(1))));
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched), std::vector<std::string>(6, "timeout"));
}

// A probe's own deadline holds before the agent's does.
TEST(WorkerLaunch, AnAddressThatNeverAnswersIsATimeout) {
  const Mute mute;
  const Launched launched = Launch({kAgent}, {mute.Ask(std::chrono::seconds(10))});
  ASSERT_TRUE(launched.is_whole) << launched.silence;
  EXPECT_EQ(Said(launched, 0), "timeout");
  EXPECT_EQ(launched.answers.at(0).call, "recv(127.0.0.1:" + mute.port + ")");
}

TEST(WorkerLaunch, ALauncherThatOutlivesItsLimitIsEnded) {
  const Mute mute;
  const auto start = std::chrono::steady_clock::now();
  const Launched launched =
      Launch({"sh", "-c", "while :; do sleep 1000; done"}, {kOpen}, std::chrono::milliseconds(300));
  EXPECT_FALSE(launched.is_whole);
  EXPECT_EQ(launched.silence,
            "the launcher was still running when its time was over before the agent had started");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace sandproof
