#include "harness/collect/service_plan.h"

#include <gtest/gtest.h>

#include <set>

namespace sandproof {
namespace {

const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<h1>chat</h1>\n";

ServiceCall Http() { return {.is_http = true}; }

TEST(Mismatch, OfHttpTakesAnyStatusBelow400) {
  EXPECT_EQ(Mismatch(Http(), "n", kAnswer), "");
  EXPECT_EQ(Mismatch(Http(), "n", "HTTP/1.1 302 Found\r\n\r\n"), "");
  EXPECT_EQ(Mismatch(Http(), "n", "HTTP/1.1 503 Unavailable\r\n\r\n"), "status 503");
  EXPECT_EQ(Mismatch(Http(), "n", "SSH-2.0-OpenSSH\r\n"), "no HTTP answer");
}

TEST(Mismatch, OfHttpHoldsStatusBodyAndHeaderAgainstWhatIsDeclared) {
  ServiceCall call = Http();
  call.status = 200;
  call.body = "<h1>chat</h1>";
  call.header = {{"content-type", "text/html"}};
  EXPECT_EQ(Mismatch(call, "n", kAnswer), "");
  call.header["content-type"] = "json";
  EXPECT_EQ(Mismatch(call, "n", kAnswer), "the header content-type does not match json");
  call.body = "login";
  EXPECT_EQ(Mismatch(call, "n", kAnswer), "the body does not match login");
  call.status = 204;
  EXPECT_EQ(Mismatch(call, "n", kAnswer), "status 200");
}

TEST(Mismatch, OfBytesWantsTheNonceBack) {
  const ServiceCall call{.request = "ping {nonce}", .response = "^pong {nonce}$"};
  EXPECT_EQ(WithNonce(call.request, "7f"), "ping 7f");
  EXPECT_EQ(Mismatch(call, "7f", "pong 7f"), "");
  EXPECT_EQ(Mismatch(call, "7f", "pong 80"), "the answer does not match ^pong {nonce}$");
}

TEST(Mismatch, OfAHeaderMayWantTheNonceToo) {
  ServiceCall call{.is_http = true};
  call.header = {{"content-type", "text/{nonce}"}};
  EXPECT_EQ(Mismatch(call, "html", kAnswer), "");
  EXPECT_EQ(Mismatch(call, "7f", kAnswer), "the header content-type does not match text/{nonce}");
}

TEST(Mismatch, OfAnAnswerThatIsMadeToTakeLong) {
  const ServiceCall call{.request = "ping", .response = "(a+)+b"};
  EXPECT_EQ(Mismatch(call, "n", std::string(3000, 'a')),
            "the answer cannot be matched in time with (a+)+b");
}

TEST(ServiceChecks, AskWhoeverHasNoChannel) {
  const SandboxSpec client{.name = "client"};
  const SandboxSpec server{.name = "server"};
  const SandboxSpec third{.name = "third"};
  const std::vector<const SandboxSpec*> sandboxes = {&client, &server, &third};
  ChannelSpec channel{.from = "client", .unix_path = "/run/s", .to = "server"};
  channel.call = ServiceCall{.request = "ping", .response = "pong"};
  const std::vector<ChannelSpec> specs = {channel};
  const std::vector<ServiceChannel> channels = ServiceChannels(sandboxes, specs);
  std::set<std::string> asked;
  for (const ServiceCheck& one : ServiceChecks(sandboxes, channels, {})) {
    asked.insert(sandboxes[one.owner]->name + ' ' + one.check.Id());
  }
  EXPECT_EQ(asked, (std::set<std::string>{"client svc.round_trip[/run/s]",
                                          "server svc.socket_mode[/run/s]",
                                          "server svc.socket_stale_cleanup[/run/s]",
                                          "third svc.channel_closed_to_others[/run/s]"}));
}

TEST(ServiceChecks, AreNoneWhereAnEndDoesNotRunOrNothingIsSaid) {
  const SandboxSpec client{.name = "client"};
  const SandboxSpec server{.name = "server"};
  ChannelSpec silent{.from = "client", .unix_path = "/run/s", .to = "server"};
  ChannelSpec said = silent;
  said.call = ServiceCall{.request = "ping", .response = "pong"};
  const std::vector<ChannelSpec> specs = {silent, said};
  EXPECT_EQ(ServiceChannels({&client, &server}, specs).size(), 1U);
  EXPECT_TRUE(ServiceChannels({&client}, specs).empty());
}

}  // namespace
}  // namespace sandproof
