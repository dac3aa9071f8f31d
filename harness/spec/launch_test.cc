#include <gtest/gtest.h>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using testing::OnlyMembers;
using testing::OnlySandbox;
using testing::Refusal;
using Argv = std::vector<std::string>;

std::string Launching(const std::string& elements) {
  return OnlyMembers(R"("launch": [)" + elements + R"(], "payload": ["/srv"])");
}

std::string Running(const std::string& payload) {
  return OnlyMembers(R"("launch": ["{payload}"], "payload": )" + payload);
}

TEST(SpecLaunch, KeepsTheArgumentsAsTheyAre) {
  EXPECT_EQ(OnlySandbox(Launching(R"("bwrap", "", "a b", "{payload}", "-x")")).launch,
            (Argv{"bwrap", "", "a b", "{payload}", "-x"}));
}

TEST(SpecLaunch, FindsALauncherWithASlashFromTheFile) {
  EXPECT_EQ(OnlySandbox(Launching(R"("./run.sh", "{payload}")")).launch.at(0), "/etc/sp/run.sh");
  EXPECT_EQ(OnlySandbox(Launching(R"("../run.sh", "{payload}")")).launch.at(0),
            "/etc/sp/../run.sh");
  EXPECT_EQ(OnlySandbox(Launching(R"("/bin/run", "{payload}")")).launch.at(0), "/bin/run");
}

TEST(SpecLaunch, ReplacesNamesInLaunchAndPayload) {
  const SandboxSpec sandbox =
      OnlySandbox(OnlyMembers(R"("launch": ["{dir}/l", "{V}", "{payload}"], "payload": ["{V}/p"])"),
                  {{"V", "v"}});
  EXPECT_EQ(sandbox.launch, (Argv{"/etc/sp/l", "v", "{payload}"}));
  EXPECT_EQ(sandbox.payload, (Argv{"v/p"}));
}

TEST(SpecLaunch, RefusesALineWithoutPayloadAndSaysWhereItGoes) {
  EXPECT_EQ(Refusal(Launching(R"("bwrap", "--", "/srv")")),
            "1: sandboxes.auth.launch: no element is \"{payload}\"; put \"{payload}\" in place of "
            "the payload's own command, usually last: [..., \"--\", \"{payload}\"]");
}

TEST(SpecLaunch, RefusesTwoPayloads) {
  EXPECT_EQ(Refusal(Launching(R"("bwrap", "{payload}", "{payload}")")),
            "1: sandboxes.auth.launch: \"{payload}\" must stand once, found at [1] and [2]");
}

TEST(SpecLaunch, RefusesAPayloadWithinAnElement) {
  EXPECT_EQ(Refusal(Launching(R"("sh", "-c", "exec {payload}")")),
            "1: sandboxes.auth.launch[2]: \"{payload}\" stands only in \"launch\", as an element "
            "of its own; write \"{{payload}}\" for the text itself");
}

TEST(SpecLaunch, RefusesAMisspeltPayload) {
  EXPECT_NE(Refusal(Launching(R"("bwrap", "{paylaod}")")).find("did you mean \"{payload}\"?"),
            std::string::npos);
}

// The drivers look for the element in the finished line.
TEST(SpecLaunch, RefusesWhatOnlyBecomesThePayloadsPlace) {
  EXPECT_EQ(Refusal(Launching(R"("bwrap", "{X}")"), {{"X", "{payload}"}}),
            "1: sandboxes.auth.launch[1]: \"{X}\" would be taken for the payload's place, which is "
            "written \"{payload}\"");
  EXPECT_NE(Refusal(Launching(R"("bwrap", "{{payload}}", "{payload}")")), "(accepted)");
}

TEST(SpecLaunch, RefusesAnEmptyLine) {
  EXPECT_EQ(Refusal(Launching("")),
            "1: sandboxes.auth.launch: expected the launcher's command with \"{payload}\" in it, "
            "found an empty array");
  EXPECT_EQ(Refusal(Launching(R"("", "{payload}")")),
            "1: sandboxes.auth.launch[0]: expected the name of a program, found \"\"");
}

TEST(SpecLaunch, RefusesAnElementThatIsNoString) {
  EXPECT_EQ(Refusal(Launching("\"bwrap\",\n7, \"{payload}\"")),
            "2: sandboxes.auth.launch[1]: expected a string, found the number 7");
}

TEST(SpecLaunch, RefusesALineThatIsOneString) {
  EXPECT_EQ(Refusal(OnlyMembers(R"("launch": "bwrap {payload}", "payload": ["/srv"])")),
            "1: sandboxes.auth.launch: expected an array, found \"bwrap {payload}\"");
}

TEST(SpecLaunch, RefusesAnEmptyPayload) {
  EXPECT_EQ(Refusal(Running("[]")),
            "1: sandboxes.auth.payload: expected the payload's command, found an empty array");
  EXPECT_EQ(Refusal(Running(R"([""])")),
            "1: sandboxes.auth.payload[0]: expected the name of a program, found \"\"");
}

TEST(SpecLaunch, DoesNotResolveThePayloadWhichLiesInside) {
  EXPECT_EQ(OnlySandbox(Running(R"(["./srv", ""])")).payload, (Argv{"./srv", ""}));
}

}  // namespace
}  // namespace sandproof
