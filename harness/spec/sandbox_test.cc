#include <gtest/gtest.h>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using std::chrono_literals::operator""ms;
using testing::OnlyMembers;
using testing::OnlySandbox;
using testing::Parse;
using testing::Refusal;
using testing::WithMembers;

TEST(SpecSandbox, HasDefaults) {
  const SandboxSpec sandbox = OnlySandbox(WithMembers(""));
  EXPECT_EQ(sandbox.name, "auth");
  EXPECT_EQ(sandbox.profile, Profile::kStrict);
  EXPECT_EQ(sandbox.stdio, StdioKind::kPipe);
  EXPECT_EQ(sandbox.limit, 20'000ms);
  EXPECT_EQ(sandbox.cwd, "/etc/sp");
  EXPECT_FALSE(sandbox.env.has_value());
  EXPECT_TRUE(sandbox.driver.empty());
}

TEST(SpecSandbox, TakesEveryKey) {
  const SandboxSpec sandbox = OnlySandbox(WithMembers(R"(
      "driver": "bwrap", "profile": "agent", "stdio": "pty", "limit_s": 0.25, "cwd": "sub",
      "paths": {"/a": "read-only", "/b": "read-write", "/c": "private", "/d": "absent"},
      "fds": {"9": "seccomp.bpf", "10": {"path": "/x", "mode": "rw"}}, "note": "n")"));
  EXPECT_EQ(sandbox.driver, "bwrap");
  EXPECT_EQ(sandbox.profile, Profile::kAgent);
  EXPECT_EQ(sandbox.stdio, StdioKind::kPty);
  EXPECT_EQ(sandbox.limit, 250ms);
  EXPECT_EQ(sandbox.cwd, "/etc/sp/sub");
  EXPECT_EQ(sandbox.paths.at("/b"), PathAccess::kReadWrite);
  EXPECT_EQ(sandbox.paths.at("/d"), PathAccess::kAbsent);
  ASSERT_EQ(sandbox.fds.size(), 2U);
  EXPECT_EQ(sandbox.fds.at(0).path, "/etc/sp/seccomp.bpf");
  EXPECT_FALSE(sandbox.fds.at(0).writable);
  EXPECT_EQ(sandbox.fds.at(1).fd, 10);
  EXPECT_TRUE(sandbox.fds.at(1).writable);
}

// An empty environment is a choice; no environment is none.
TEST(SpecSandbox, TellsAnEmptyEnvironmentFromNone) {
  const SandboxSpec sandbox = OnlySandbox(WithMembers(R"("env": {})"));
  ASSERT_TRUE(sandbox.env.has_value());
  EXPECT_TRUE(sandbox.env->empty());
}

TEST(SpecSandbox, KnowsTheLineOfItsLaunch) {
  const SandboxSpec sandbox = OnlySandbox(
      "{\"sandboxes\":\n{\"auth\":\n{\"payload\": [\"p\"],\n\"launch\":\n[\"{payload}\"]}}}");
  EXPECT_EQ(sandbox.line, 4);
}

TEST(SpecSandbox, RefusesUnknownKeyAndNamesTheNearest) {
  EXPECT_EQ(Refusal("{\n\"sandboxes\": {\n\"auth\": {\n\"lunch\": []}}}"),
            "4: sandboxes.auth.lunch: unknown key; did you mean \"launch\"?");
}

TEST(SpecSandbox, RefusesUnknownKeyAndListsTheKnownOnes) {
  const std::string refusal = Refusal(WithMembers(R"("memory": 1)"));
  EXPECT_TRUE(refusal.starts_with(
      "1: sandboxes.auth.memory: unknown key; valid here: launch, payload, driver, "))
      << refusal;
}

TEST(SpecSandbox, RefusesAMissingLaunchOrPayload) {
  EXPECT_EQ(Refusal(OnlyMembers(R"("payload": ["p"])")),
            "1: sandboxes.auth: \"launch\" is missing");
  EXPECT_EQ(Refusal(OnlyMembers(R"("launch": ["{payload}"])")),
            "1: sandboxes.auth: \"payload\" is missing");
}

TEST(SpecSandbox, RefusesAWordThatIsNotAmongTheFew) {
  EXPECT_EQ(Refusal(WithMembers(R"("profile": "stric")")),
            "1: sandboxes.auth.profile: expected \"strict\" or \"service\" or \"agent\", found "
            "\"stric\"; did you mean \"strict\"?");
  EXPECT_EQ(Refusal(WithMembers(R"("paths": {"/a": "read_only"})")),
            "1: sandboxes.auth.paths[\"/a\"]: expected \"read-only\" or \"read-write\" or "
            "\"private\" or \"absent\", found \"read_only\"; did you mean \"read-only\"?");
  EXPECT_EQ(Refusal(WithMembers(R"("stdio": null)")),
            "1: sandboxes.auth.stdio: expected \"pipe\" or \"pty\", found null");
}

TEST(SpecSandbox, RefusesALimitThatIsNoTime) {
  for (const std::string_view limit : {"0", "-1", "3601", "\"20\"", "true", "1e300"}) {
    const std::string refusal = Refusal(WithMembers("\"limit_s\": " + std::string(limit)));
    EXPECT_TRUE(refusal.starts_with(
        "1: sandboxes.auth.limit_s: expected a number of seconds from 0.1 to 3600, found "))
        << refusal;
  }
}

TEST(SpecSandbox, RefusesAnImpossibleVariable) {
  EXPECT_EQ(Refusal(WithMembers(R"("env": {"A=B": "x"})")),
            "1: sandboxes.auth.env[\"A=B\"]: a variable's name is made of letters, digits and '_', "
            "no digit first");
  EXPECT_EQ(Refusal(WithMembers(R"("env": {"A": 1})")),
            "1: sandboxes.auth.env.A: expected a string, found the number 1");
  EXPECT_EQ(Refusal(WithMembers("\"env\": {\"A\": \"x\\u0000\"}")),
            "1: sandboxes.auth.env.A: a NUL in a string");
}

TEST(SpecSandbox, RefusesADescriptorOutsideTheRange) {
  for (const std::string_view number : {"2", "0", "1024", "09", "x", "-3", "", "99999999999999"}) {
    const std::string members = "\"fds\": {\"" + std::string(number) + "\": \"/x\"}";
    EXPECT_TRUE(Refusal(WithMembers(members))
                    .ends_with("a descriptor's number is a decimal from 3 to 1023"))
        << number;
  }
}

TEST(SpecSandbox, RefusesADescriptorWithoutAUsablePath) {
  EXPECT_EQ(Refusal(WithMembers(R"("fds": {"9": 1})")),
            "1: sandboxes.auth.fds.9: expected a path, or an object with \"path\" and \"mode\", "
            "found the number 1");
  EXPECT_EQ(Refusal(WithMembers(R"("fds": {"9": ""})")),
            "1: sandboxes.auth.fds.9: expected a path, found \"\"");
  EXPECT_EQ(Refusal(WithMembers(R"("fds": {"9": {"mode": "r"}})")),
            "1: sandboxes.auth.fds.9: \"path\" is missing");
  EXPECT_EQ(Refusal(WithMembers(R"("fds": {"9": {"path": "/x", "mode": "w"}})")),
            "1: sandboxes.auth.fds.9.mode: expected \"r\" or \"rw\", found \"w\"");
}

TEST(SpecSandbox, RefusesANameThatNoReportCouldPrint) {
  for (const std::string_view name : {"", "a b", "../x", "-a", "a/b", "\\u001b[31m"}) {
    const std::string text = "{\"sandboxes\": {\"" + std::string(name) + "\": {}}}";
    EXPECT_NE(Refusal(text).find("a sandbox's name is made of letters"), std::string::npos) << name;
  }
}

TEST(SpecSandbox, TakesANoteInEveryObject) {
  EXPECT_TRUE(Parse(R"({"note": "n", "sandboxes": {"note": "n", "a": {"note": "n",
      "launch": ["{payload}"], "payload": ["p"],
      "expect": {"note": "n"}, "paths": {"note": "n"}, "env": {"note": "n"},
      "fds": {"note": "n", "9": {"note": "n", "path": "/x"}},
      "waive": [{"note": "n", "property": "cap.effective_empty", "reason": "r", "owner": "o",
                 "until": "2027-01-31"}]}},
    "channels": [{"note": "n", "from": "a", "unix": "/s", "to": "a"}]})"));
}

TEST(SpecSandbox, RefusesANoteThatIsNoString) {
  EXPECT_EQ(
      Refusal(WithMembers(R"("note": ["n"])")),
      "1: sandboxes.auth.note: expected a string, for \"note\" is a comment everywhere, found "
      "an array");
}

}  // namespace
}  // namespace sandproof
