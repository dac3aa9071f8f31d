#include <gtest/gtest.h>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using testing::Parse;
using testing::Refusal;

std::string WithChannel(const std::string& channel) {
  return R"({"sandboxes": {"auth": {"launch": ["{payload}"], "payload": ["a"]}}, "channels": [)" +
         channel + "]}";
}

TEST(SpecChannel, TakesHttpOfASocketAndOfAnAddress) {
  const auto spec = Parse(WithChannel(
      R"({"from": "auth", "unix": "/s", "to": "auth", "http": "/health"},
         {"from": "host", "http": "http://127.0.0.1:3000/x", "to": "auth", "status": 204,
          "header": {"Content-Type": "html"}})"));
  ASSERT_TRUE(spec) << spec.error().message;
  const ChannelSpec& socket = spec->channels.at(0);
  EXPECT_EQ(socket.Subject(), "/s");
  EXPECT_EQ(socket.call->request,
            "GET /health HTTP/1.1\r\nHost: auth\r\nConnection: close\r\n\r\n");
  const ChannelSpec& address = spec->channels.at(1);
  EXPECT_EQ(address.Subject(), "http://127.0.0.1:3000/x");
  EXPECT_EQ(address.host + ' ' + address.port, "127.0.0.1 3000");
  EXPECT_EQ(address.call->status, 204);
  EXPECT_EQ(address.call->header.at("content-type"), "html");
}

TEST(SpecChannel, TakesARequestWithANonce) {
  const auto spec = Parse(WithChannel(
      R"({"from": "auth", "tcp": "127.0.0.1:7", "to": "auth", "request": "a{nonce}",
          "response": "^b{nonce}$"})"));
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->channels.front().call->request, "a{nonce}");
  EXPECT_EQ(spec->channels.front().Subject(), "tcp:127.0.0.1:7");
}

TEST(SpecChannel, RefusesWhatWouldTestNothing) {
  const std::string one = "1: channels[0]";
  EXPECT_EQ(Refusal(WithChannel(R"({"from": "auth", "tcp": "127.0.0.1:7", "to": "auth"})")),
            one + ": \"tcp\" needs \"request\" and \"response\"");
  EXPECT_EQ(Refusal(WithChannel(R"({"from": "auth", "unix": "/s", "to": "auth", "status": 200})")),
            one + ".status: only an answer to \"http\" has one");
  EXPECT_EQ(Refusal(WithChannel(
                R"({"from": "auth", "unix": "/s", "to": "auth", "http": "/", "expect": "any"})")),
            one + ": what is said over a channel is told only of one that is \"allowed\"");
  EXPECT_EQ(Refusal(WithChannel(R"({"from": "host", "unix": "/s", "to": "auth"})")),
            one + ".from: no sandbox is called \"host\"; a channel joins two of \"sandboxes\"");
}

}  // namespace
}  // namespace sandproof
