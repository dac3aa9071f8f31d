// The file as a whole, and its channels.
#include <gtest/gtest.h>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using testing::Parse;
using testing::Refusal;
using testing::WithMembers;

std::string WithChannels(const std::string& channels) {
  return R"({"sandboxes": {"auth": {"launch": ["{payload}"], "payload": ["a"]},
      "backend": {"launch": ["{payload}"], "payload": ["b"]}},)"
         "\n\"channels\": [" +
         channels + "]}";
}

TEST(ParseSpec, KeepsTheSandboxesInTheOrderOfTheFile) {
  const Result<Spec> spec = Parse(R"({"$schema": "s", "sandboxes": {
      "z": {"launch": ["{payload}"], "payload": ["a"]},
      "a": {"launch": ["{payload}"], "payload": ["b"]}}})");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->file, testing::kFile);
  EXPECT_EQ(spec->sandboxes.at(0).name, "z");
  EXPECT_EQ(spec->sandboxes.at(1).name, "a");
}

TEST(ParseSpec, TakesTheExampleOfTheDesign) {
  EXPECT_EQ(Refusal(R"({
    "$schema": "sandproof.schema.json",
    "sandboxes": {
      "auth": {
        "launch": ["bwrap", "--unshare-pid", "--", "{payload}"],
        "payload": ["/opt/bun/bin/bun", "run", "/app/auth.ts"],
        "profile": "strict",
        "expect": {"net.tcp_loopback_reachable": "blocked"},
        "paths": {"/app": "read-only", "/tmp": "private", "/root": "absent"},
        "waive": [{"property": "cap.effective_empty", "reason": "…", "owner": "…",
                   "until": "2027-01-31"}]
      },
      "backend": {"launch": ["bwrap", "--", "{payload}"], "payload": ["/opt/bun/bin/bun"]}
    },
    "channels": [{"from": "backend", "unix": "/run/chatapp/auth.sock", "to": "auth",
                  "expect": "allowed"}]
  })"),
            "(accepted)");
}

TEST(ParseSpec, RefusesAFileWithoutSandboxes) {
  EXPECT_EQ(Refusal("{}"), "1: \"sandboxes\" is missing");
  EXPECT_EQ(Refusal("{\n\"sandboxes\": {}}"),
            "2: sandboxes: no sandbox is configured; nothing would be tested");
  EXPECT_NE(Refusal(R"({"sandboxes": {"note": "none yet"}})"), "(accepted)");
}

TEST(ParseSpec, RefusesAFileThatIsNoObject) {
  EXPECT_EQ(Refusal("[]"), "1: expected an object, found an empty array");
  EXPECT_EQ(Refusal("null"), "1: expected an object, found null");
}

TEST(ParseSpec, RefusesUnknownKeyAndNamesTheNearest) {
  EXPECT_EQ(Refusal(R"({"sandboxs": {}})"),
            "1: sandboxs: unknown key; did you mean \"sandboxes\"?");
}

TEST(ParseSpec, EscapesWhatItRepeats) {
  EXPECT_EQ(Refusal("{\"\\u001b[2J\": 1}"),
            "1: [\"\\u001b[2J\"]: unknown key; valid here: $schema, sandboxes, channels, "
            "supervisor, note");
  EXPECT_LT(Refusal("{\"" + std::string(100'000, 'k') + "\": 1}").size(), 400U);
  EXPECT_LT(Refusal(WithMembers("\"profile\": \"" + std::string(100'000, 'k') + "\"")).size(),
            400U);
}

TEST(ParseSpec, EscapesTheNameOfTheFile) {
  const Result<Spec> spec = ParseSpec("", "a\nb", {});
  ASSERT_FALSE(spec);
  EXPECT_TRUE(spec.error().message.starts_with("a\\u000ab:1: ")) << spec.error().message;
}

TEST(ParseSpec, RefusesTextAboveTheLimit) {
  const Result<Spec> spec = Parse(std::string(kMaxSpecBytes + 1, ' '));
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().kind, ErrorKind::kConfiguration);
}

TEST(ParseSpec, RefusesManyValuesWithoutDelay) {
  std::string text = "{\"sandboxes\": [0";
  while (text.size() < kMaxSpecBytes - 10) text += ",0";
  EXPECT_EQ(Refusal(text + "]}"), "1: sandboxes: expected an object, found an array");
}

TEST(SpecChannels, TakesAChannelWithItsLine) {
  const Result<Spec> spec =
      Parse(WithChannels(R"({"from": "backend", "unix": "{dir}/auth.sock", "to": "auth"})"));
  ASSERT_TRUE(spec);
  const ChannelSpec& channel = spec->channels.at(0);
  EXPECT_EQ(channel.from, "backend");
  EXPECT_EQ(channel.unix_path, "/etc/sp/auth.sock");
  EXPECT_EQ(channel.to, "auth");
  EXPECT_EQ(channel.expect, Expectation::kAllowed);
  EXPECT_EQ(channel.line, 3);
}

TEST(SpecChannels, TakesBlocked) {
  const Result<Spec> spec = Parse(
      WithChannels(R"({"from": "auth", "unix": "/s", "to": "backend", "expect": "blocked"})"));
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->channels.at(0).expect, Expectation::kBlocked);
}

TEST(SpecChannels, RefusesAnUnknownSandboxAndNamesTheNearest) {
  EXPECT_EQ(Refusal(WithChannels(R"({"from": "backnd", "unix": "/s", "to": "auth"})")),
            "3: channels[0].from: no sandbox is called \"backnd\"; did you mean \"backend\"?");
  EXPECT_EQ(Refusal(WithChannels(R"({"from": "auth", "unix": "/s", "to": "db"})")),
            "3: channels[0].to: no sandbox is called \"db\"; a channel joins two of \"sandboxes\"");
}

TEST(SpecChannels, RefusesRequired) {
  EXPECT_EQ(Refusal(WithChannels(
                R"({"from": "auth", "unix": "/s", "to": "auth", "expect": "required"})")),
            "3: channels[0].expect: expected \"allowed\" or \"blocked\" or \"any\", found "
            "\"required\"");
}

TEST(SpecChannels, RefusesARelativeSocket) {
  EXPECT_NE(Refusal(WithChannels(R"({"from": "auth", "unix": "s", "to": "auth"})")), "(accepted)");
}

TEST(SpecChannels, RefusesTheSameChannelTwice) {
  constexpr std::string_view kChannel = R"({"from": "auth", "unix": "/s", "to": "backend"})";
  EXPECT_EQ(Refusal(WithChannels(std::string(kChannel) + ",\n" + std::string(kChannel))),
            "4: channels[1]: the same channel is on line 3");
}

}  // namespace
}  // namespace sandproof
