// What is asked of addresses outside, and from where.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/collect/collect.h"
#include "harness/collect/outside.h"

namespace sandproof {
namespace {

Result<sandproof::Run> RunFrom(std::vector<std::string> launch, NetSpec net = {}) {
  SandboxSpec sandbox;
  sandbox.name = "one";
  sandbox.launch = std::move(launch);
  sandbox.payload = {"/bin/true"};
  sandbox.driver = "command";
  sandbox.cwd = "/";
  sandbox.net = std::move(net);
  Spec spec;
  spec.file = "test.json";
  spec.sandboxes = {std::move(sandbox)};
  CollectOptions options;
  options.agent_path = SANDPROOF_BINARY_DIR "/bin/sandproof-agent";
  options.only = {"net"};
  return Collect(spec, options);
}

const CheckResult* Find(const sandproof::Run& run, std::string_view id) {
  for (const CheckResult& one : run.sandboxes.front().results) {
    if (one.check.property->id == id) return &one;
  }
  return nullptr;
}

// Nobody may be spoken to at the arena's addresses where they are real ones.
TEST(Outside, IsNotAskedOfAPayloadThatEntersAnotherNetwork) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root, who may enter a network namespace";
  const Result<sandproof::Run> run =
      RunFrom({"nsenter", fmt::format("--net=/proc/{}/ns/net", ::getpid()), "{payload}"});
  ASSERT_TRUE(run) << run.error().message;
  if (run->sandboxes.front().network != "arena") GTEST_SKIP() << "no arena here";
  int silent = 0;
  for (const CheckResult& one : run->sandboxes.front().results) {
    if (!IsFar(one.check.property->canary) || one.judgement.verdict == Verdict::kSkipped) continue;
    EXPECT_EQ(one.judgement.verdict, Verdict::kInconclusive) << one.check.Id();
    EXPECT_FALSE(one.evidence.inside.has_value()) << one.check.Id();
    ++silent;
  }
  EXPECT_GT(silent, 15);
  const CheckResult* tcp = Find(*run, "net.tcp_outbound_reachable");
  ASSERT_NE(tcp, nullptr);
  EXPECT_NE(tcp->judgement.explanation.find("a network that was there before"), std::string::npos)
      << tcp->judgement.explanation;
}

TEST(Outside, IsThisMachinesOwnAddressesFromTheHost) {
  const Result<sandproof::Run> run = RunFrom({"env", "{payload}"}, {.is_from_arena = false});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->sandboxes.front().network, "host");
  const CheckResult* metadata = Find(*run, "net.metadata_reachable");
  ASSERT_NE(metadata, nullptr);
  EXPECT_EQ(metadata->judgement.verdict, Verdict::kSkipped);
  const CheckResult* tcp = Find(*run, "net.tcp_outbound_reachable");
  ASSERT_NE(tcp, nullptr);
  if (tcp->judgement.verdict == Verdict::kSkipped) GTEST_SKIP() << tcp->judgement.explanation;
  EXPECT_EQ(tcp->judgement.verdict, Verdict::kFail) << tcp->judgement.explanation;
}

// The controls' network is another one than the launcher's; that must not pass for a sandbox.
TEST(Outside, DoesNotTakeTheArenaForTheSandboxsOwnNetwork) {
  const Result<sandproof::Run> run = RunFrom({"env", "{payload}"});
  ASSERT_TRUE(run) << run.error().message;
  const CheckResult* own = Find(*run, "net.ns_is_own");
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->judgement.verdict, Verdict::kFail) << own->judgement.explanation;
}

// A firewall of the launcher holds back the sandbox, and not the controls.
TEST(Outside, IsBlockedByWhatTheLauncherMakesOfItsNetwork) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root, who may administer the arena";
  const Result<sandproof::Run> run =
      RunFrom({"sh", "-c", "ip link set eth0 down && exec \"$@\"", "sh", "{payload}"});
  ASSERT_TRUE(run) << run.error().message;
  if (run->sandboxes.front().network != "arena") GTEST_SKIP() << "no arena here";
  for (const char* id :
       {"net.tcp_outbound_reachable", "net.udp6_outbound_reachable", "net.icmp_outbound_reachable",
        "net.raw6_outbound_reachable", "net.dns_tcp_reachable", "net.metadata_reachable",
        "net.multicast_reachable", "net.io_uring_egress"}) {
    const CheckResult* one = Find(*run, id);
    ASSERT_NE(one, nullptr) << id;
    EXPECT_EQ(one->judgement.verdict, Verdict::kPass) << id << ": " << one->judgement.explanation;
  }
}

TEST(Outside, IsAskedInTheLaunchersNetwork) {
  EXPECT_EQ(WhyNotOutside({.agent = 1, .guard = 1, .net_id = "5", .launcher_id = "5"}), "");
}

TEST(Outside, IsNotAskedWhereThePayloadCannotBeFound) {
  EXPECT_NE(WhyNotOutside({.net_id = "5", .launcher_id = "5"}), "");
  EXPECT_NE(WhyNotOutside({.agent = 1, .guard = 1, .launcher_id = "5"}), "");
}

}  // namespace
}  // namespace sandproof
