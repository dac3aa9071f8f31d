#include "harness/spec/property_ref.h"

#include <gtest/gtest.h>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using testing::OnlySandbox;
using testing::Refusal;
using testing::WithMembers;

std::string Expecting(const std::string& key, const std::string& value) {
  return WithMembers("\"expect\": {\"" + key + "\": \"" + value + "\"}");
}

std::string Waiving(const std::string& property, const std::string& until) {
  return WithMembers(R"("waive": [{"property": ")" + property +
                     R"(", "reason": "r", "owner": "o", "until": ")" + until + "\"}]");
}

TEST(SpecExpect, TakesAnAttemptAFactAndASubject) {
  const SandboxSpec sandbox = OnlySandbox(WithMembers(R"("expect": {
      "net.tcp_loopback_reachable": "allowed", "cap.effective_empty": "any",
      "fs.ro.open_write[{dir}/app]": "blocked"})"));
  EXPECT_EQ(sandbox.expect, (std::map<std::string, Expectation>{
                                {"net.tcp_loopback_reachable", Expectation::kAllowed},
                                {"cap.effective_empty", Expectation::kAny},
                                {"fs.ro.open_write[/etc/sp/app]", Expectation::kBlocked}}));
}

TEST(SpecExpect, RefusesUnknownPropertyAndNamesTheNearest) {
  EXPECT_EQ(Refusal(Expecting("net.tcp_loopback_reachble", "blocked")),
            "1: sandboxes.auth.expect[\"net.tcp_loopback_reachble\"]: unknown property "
            "\"net.tcp_loopback_reachble\"; did you mean \"net.tcp_loopback_reachable\"?");
  EXPECT_EQ(Refusal(Expecting("x", "blocked")),
            "1: sandboxes.auth.expect.x: unknown property \"x\"; `sandproof list` names them all");
}

TEST(SpecExpect, RefusesBlockedForAFact) {
  EXPECT_EQ(Refusal(Expecting("cap.effective_empty", "blocked")),
            "1: sandboxes.auth.expect[\"cap.effective_empty\"]: expected \"required\" or \"any\" "
            "(this property is a fact, which holds or does not), found \"blocked\"");
}

TEST(SpecExpect, RefusesRequiredForAnAttempt) {
  EXPECT_EQ(Refusal(Expecting("net.tcp_loopback_reachable", "required")),
            "1: sandboxes.auth.expect[\"net.tcp_loopback_reachable\"]: expected \"blocked\" or "
            "\"allowed\" or \"any\" (this property is an attempt, which gets through or does not), "
            "found \"required\"");
}

TEST(SpecExpect, RefusesASubjectThatThePropertyDoesNotHave) {
  EXPECT_EQ(Refusal(Expecting("cap.effective_empty[/app]", "any")),
            "1: sandboxes.auth.expect[\"cap.effective_empty[/app]\"]: cap.effective_empty is not "
            "asked path by path; write \"cap.effective_empty\"");
}

TEST(SpecExpect, RefusesASandboxThatThereIsNot) {
  EXPECT_EQ(Refusal(Expecting("peer.process_visible[auht]", "any")),
            "1: sandboxes.auth.expect[\"peer.process_visible[auht]\"]: no sandbox is called "
            "\"auht\"; did you mean \"auth\"?");
  EXPECT_EQ(Refusal(Waiving("peer.process_visible[other]", "2027-01-31")),
            "1: sandboxes.auth.waive[0].property: no sandbox is called \"other\"; the property is "
            "asked of each other one of \"sandboxes\"");
}

TEST(SpecExpect, RefusesASubjectThatIsNoPath) {
  EXPECT_NE(Refusal(Expecting("fs.ro.open_write[app]", "any")), "(accepted)");
  EXPECT_NE(Refusal(Expecting("fs.ro.open_write[]", "any")), "(accepted)");
  EXPECT_NE(Refusal(Expecting("fs.ro.open_write[/app/]", "any")), "(accepted)");
  EXPECT_NE(Refusal(Expecting("fs.ro.open_write[/app", "any")).find("closing bracket"),
            std::string::npos);
}

TEST(SpecExpect, RefusesTheSameSubjectUnderTwoSpellings) {
  const std::string refusal = Refusal(WithMembers(R"("expect": {
      "fs.ro.open_write[/etc/sp]": "any", "fs.ro.open_write[{dir}]": "blocked"})"));
  EXPECT_TRUE(refusal.ends_with("\"fs.ro.open_write[/etc/sp]\" is there already")) << refusal;
}

TEST(SpecWaive, TakesAWaiverOfOneSubject) {
  const SandboxSpec sandbox = OnlySandbox(Waiving("fs.ro.open_write[/app]", "2028-02-29"));
  ASSERT_EQ(sandbox.waive.size(), 1U);
  EXPECT_EQ(sandbox.waive.at(0), (Waiver{.property = "fs.ro.open_write[/app]",
                                         .reason = "r",
                                         .owner = "o",
                                         .until = "2028-02-29"}));
}

TEST(SpecWaive, RefusesADayThatDoesNotExist) {
  for (const std::string_view until :
       {"2027-02-29", "2027-13-01", "2027-00-10", "2027-1-31", "31-01-2027", "tomorrow", "",
        "2027-01-31 ", "2027/01/31", "+027-01-31", "-027-01-31"}) {
    EXPECT_EQ(Refusal(Waiving("cap.effective_empty", std::string(until))),
              "1: sandboxes.auth.waive[0].until: expected a calendar date, YYYY-MM-DD, found \"" +
                  std::string(until) + "\"");
  }
}

TEST(SpecWaive, RefusesAWaiverThatLacksAPart) {
  EXPECT_EQ(Refusal(WithMembers(
                R"("waive": [{"property": "cap.effective_empty", "reason": "r", "until": "x"}])")),
            "1: sandboxes.auth.waive[0]: \"owner\" is missing");
}

TEST(SpecWaive, RefusesABlankReason) {
  EXPECT_EQ(
      Refusal(WithMembers(R"("waive": [{"property": "cap.effective_empty", "reason": " \n"}])")),
      "1: sandboxes.auth.waive[0].reason: expected some text, found \" \\u000a\"");
}

TEST(SpecWaive, RefusesUnknownProperty) {
  EXPECT_EQ(Refusal(Waiving("cap.efective_empty", "2027-01-31")),
            "1: sandboxes.auth.waive[0].property: unknown property \"cap.efective_empty\"; did you "
            "mean \"cap.effective_empty\"?");
}

// Two dates for one property: which of them holds?
TEST(SpecWaive, RefusesTwoWaiversOfOneProperty) {
  constexpr std::string_view kWaiver =
      R"({"property": "cap.effective_empty", "reason": "r", "owner": "o", "until": "2027-01-31"})";
  const std::string waivers = std::string(kWaiver) + ",\n" + std::string(kWaiver);
  EXPECT_EQ(Refusal(WithMembers("\"waive\": [" + waivers + "]")),
            "2: sandboxes.auth.waive[1]: \"cap.effective_empty\" is waived already, on line 1");
}

}  // namespace
}  // namespace sandproof
