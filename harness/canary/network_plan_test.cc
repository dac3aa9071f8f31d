#include "harness/canary/network_plan.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <set>

namespace sandproof {
namespace {

const Endpoint kService = {
    .text = "tcp:192.0.2.1:443", .type = SOCK_STREAM, .host = "192.0.2.1", .port = 443};

const NetworkCanary* Find(const std::vector<NetworkCanary>& canaries, Canary canary) {
  const auto found = std::find_if(canaries.begin(), canaries.end(),
                                  [&](const NetworkCanary& one) { return one.canary == canary; });
  return found == canaries.end() ? nullptr : &*found;
}

TEST(NetworkPlan, GivesEveryCanaryANonceOfItsOwn) {
  const NetworkPlan plan = PlanArena("id", {});
  std::set<std::string> nonces;
  std::size_t count = 0;
  for (const auto* side : {&plan.near, &plan.far}) {
    for (const NetworkCanary& one : *side) nonces.insert(one.params.at("nonce"));
    count += side->size();
  }
  EXPECT_EQ(nonces.size(), count);
}

TEST(NetworkPlan, PutsEveryFarCanaryInTheArena) {
  const NetworkPlan plan = PlanArena("id", {});
  for (int number = static_cast<int>(Canary::kFarTcp4);
       number <= static_cast<int>(Canary::kMulticast6); ++number) {
    EXPECT_NE(Find(plan.far, static_cast<Canary>(number)), nullptr) << number;
  }
}

// What must be reached and what must not cannot stand at one address.
TEST(NetworkPlan, MovesACanaryAwayFromADeclaredAddress) {
  const NetworkPlan plan = PlanArena("id", {kService});
  EXPECT_EQ(Find(plan.far, Canary::kAllowed)->plan.address, "192.0.2.1");
  EXPECT_EQ(Find(plan.far, Canary::kFarTcp4)->plan.address, "192.0.2.2");
}

TEST(NetworkPlan, PutsADeclaredLoopbackAddressAtTheLaunchersSide) {
  Endpoint proxy = kService;
  proxy.host = "127.0.0.1";
  const NetworkPlan plan = PlanArena("id", {proxy});
  EXPECT_NE(Find(plan.near, Canary::kAllowed), nullptr);
  EXPECT_EQ(Find(plan.far, Canary::kAllowed), nullptr);
}

TEST(NetworkPlan, ListensBesideADeclaredPortWhereNobodyDeclaredOne) {
  Endpoint next = kService;
  next.port = 444;
  EXPECT_EQ(UndeclaredPort(kService, {kService, next}).port, 445);
}

TEST(NetworkPlan, GoesOnBelowTheHighestPort) {
  Endpoint highest = kService;
  highest.port = 65535;
  EXPECT_EQ(UndeclaredPort(highest, {highest}).port, 1);
}

TEST(NetworkPlan, NeedsEveryFarAddressOnce) {
  const std::vector<std::string> addresses = AddressesOf(PlanArena("id", {kService}).far);
  EXPECT_EQ(std::set<std::string>(addresses.begin(), addresses.end()).size(), addresses.size());
  EXPECT_TRUE(std::find(addresses.begin(), addresses.end(), "0.0.0.0") == addresses.end());
  EXPECT_FALSE(std::find(addresses.begin(), addresses.end(), "169.254.169.254") == addresses.end());
}

// No packet may leave the machine: without an arena only its own addresses are spoken to.
TEST(NetworkPlan, SpeaksToOwnAddressesAloneWithoutAnArena) {
  const NetworkPlan plan = PlanHost("id", {}, "10.0.0.5", "fd00::5");
  for (const auto* side : {&plan.near, &plan.far}) {
    for (const NetworkCanary& one : *side) {
      if (one.plan.family == AF_UNIX) continue;
      const std::string& host = one.params.at("host");
      EXPECT_TRUE(IsLoopback(host) || host == "10.0.0.5" || host == "fd00::5") << host;
    }
  }
}

TEST(NetworkPlan, HasNothingOutsideWhereThereIsNoAddress) {
  EXPECT_TRUE(PlanHost("id", {}, "", "").far.empty());
}

TEST(NetworkPlan, KnowsWhichCanariesStandOutside) {
  EXPECT_TRUE(IsFar(Canary::kFarTcp4));
  EXPECT_TRUE(IsFar(Canary::kInbound));
  EXPECT_TRUE(IsFar(Canary::kUndeclaredPort));
  EXPECT_FALSE(IsFar(Canary::kTcp4));
  EXPECT_FALSE(IsFar(Canary::kUnixSeqpacket));
}

}  // namespace
}  // namespace sandproof
