#include <gtest/gtest.h>
#include <sys/socket.h>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using testing::OnlySandbox;
using testing::Refusal;
using testing::WithMembers;

std::string AllowRefusal(const std::string& destination) {
  return Refusal(WithMembers(R"("net": {"allow": [")" + destination + R"("]})"));
}

TEST(SpecNet, IsTheArenaAndTheProfileByDefault) {
  const SandboxSpec sandbox = OnlySandbox(WithMembers(R"("net": {})"));
  EXPECT_TRUE(sandbox.net.is_from_arena);
  EXPECT_FALSE(sandbox.net.outside.has_value());
  EXPECT_TRUE(sandbox.net.allow.empty());
}

TEST(SpecNet, TakesEveryKey) {
  const SandboxSpec sandbox = OnlySandbox(WithMembers(
      R"("net": {"allow": ["tcp:192.0.2.10:443"], "outside": "any", "from": "host", "note": "n"})"));
  EXPECT_FALSE(sandbox.net.is_from_arena);
  EXPECT_EQ(sandbox.net.outside, Expectation::kAny);
  ASSERT_EQ(sandbox.net.allow.size(), 1U);
  EXPECT_EQ(sandbox.net.allow[0].type, SOCK_STREAM);
  EXPECT_EQ(sandbox.net.allow[0].host, "192.0.2.10");
  EXPECT_EQ(sandbox.net.allow[0].port, 443);
}

TEST(SpecNet, GivesADestinationOneName) {
  const SandboxSpec sandbox =
      OnlySandbox(WithMembers(R"("net": {"allow": ["udp:[2001:DB8:0:0::53]:53"]})"));
  ASSERT_EQ(sandbox.net.allow.size(), 1U);
  EXPECT_EQ(sandbox.net.allow[0].text, "udp:[2001:db8::53]:53");
  EXPECT_EQ(sandbox.net.allow[0].type, SOCK_DGRAM);
}

TEST(SpecNet, RefusesWhatIsNoDestination) {
  for (const char* text :
       {"", "tcp", "tcp:", "tcp:192.0.2.10", "192.0.2.10:443", "sctp:192.0.2.10:443",
        "tcp:example.org:443", "tcp:192.0.2.10:0", "tcp:192.0.2.10:65536", "tcp:192.0.2.10:443x",
        "tcp:192.0.2:443", "tcp:2001:db8::1:443", "tcp:[192.0.2.10]:443", "tcp:[]:443"}) {
    EXPECT_TRUE(AllowRefusal(text).starts_with("1: sandboxes.auth.net.allow[0]: expected \"tcp:"))
        << text << ": " << AllowRefusal(text);
  }
}

TEST(SpecNet, RefusesADestinationThatIsThereAlready) {
  EXPECT_EQ(
      Refusal(WithMembers(R"("net": {"allow": ["tcp:[2001:db8::1]:1", "tcp:[2001:db8:0::1]:1"]})")),
      "1: sandboxes.auth.net.allow[1]: \"tcp:[2001:db8::1]:1\" is there already");
}

TEST(SpecNet, NamesTheNearestKey) {
  EXPECT_NE(Refusal(WithMembers(R"("net": {"allows": []})")).find("did you mean \"allow\"?"),
            std::string::npos);
  EXPECT_NE(Refusal(WithMembers(R"("net": {"from": "hosts"})")).find("did you mean \"host\"?"),
            std::string::npos);
}

TEST(SpecNet, LetsAPropertyNameADestination) {
  const SandboxSpec sandbox = OnlySandbox(
      WithMembers(R"("expect": {"net.allowed_reachable[tcp:[2001:DB8::1]:443]": "any"})"));
  EXPECT_TRUE(sandbox.expect.contains("net.allowed_reachable[tcp:[2001:db8::1]:443]"));
}

TEST(SpecNet, RefusesAPropertyOfAnotherThingThanADestination) {
  EXPECT_NE(Refusal(WithMembers(R"("expect": {"net.allowed_reachable[/app]": "any"})"))
                .find("\"/app\" is no destination"),
            std::string::npos);
}

}  // namespace
}  // namespace sandproof
