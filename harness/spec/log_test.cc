// The launcher's log.
#include <gtest/gtest.h>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using std::chrono_literals::operator""ms;
using testing::OnlySandbox;
using testing::Refusal;
using testing::WithMembers;

TEST(SpecLog, TakesEveryKey) {
  const LogSpec log = OnlySandbox(WithMembers(R"json("log": {
      "expect": ["Bun (\\d+)"], "reject": ["\\$\\{?[A-Z_]+"], "launch": ["./start.sh", "{dir}"],
      "version": ["/opt/bun", "--version"], "limit_s": 1.5, "note": "n"})json"))
                          .log;
  EXPECT_TRUE(log.is_declared);
  EXPECT_EQ(log.rules.expect, std::vector<std::string>{"Bun (\\d+)"});
  EXPECT_EQ(log.rules.reject, std::vector<std::string>{"\\$\\{?[A-Z_]+"});
  EXPECT_EQ(log.launch, (std::vector<std::string>{"/etc/sp/start.sh", "/etc/sp"}));
  EXPECT_EQ(log.version, (std::vector<std::string>{"/opt/bun", "--version"}));
  EXPECT_EQ(log.limit, 1500ms);
}

TEST(SpecLog, IsNotDeclaredByDefault) {
  EXPECT_FALSE(OnlySandbox(WithMembers("")).log.is_declared);
}

TEST(SpecLog, SaysWhatIsWrongWithAPattern) {
  const std::string refusal = Refusal(WithMembers(R"("log": {"expect": ["Bun ("]})"));
  EXPECT_TRUE(
      refusal.starts_with("1: sandboxes.auth.log.expect[0]: \"Bun (\" is no regular expression: "))
      << refusal;
}

TEST(SpecLog, RefusesAVersionThatNoPatternTakes) {
  const std::string refusal =
      Refusal(WithMembers(R"("log": {"expect": ["Bun"], "version": ["/opt/bun", "--version"]})"));
  EXPECT_TRUE(refusal.starts_with("1: sandboxes.auth.log.version: no pattern of \"expect\" has"))
      << refusal;
}

TEST(SpecLog, RefusesAnUnknownKeyAndNamesTheNearest) {
  EXPECT_EQ(Refusal(WithMembers(R"("log": {"rejects": []})")),
            "1: sandboxes.auth.log.rejects: unknown key; did you mean \"reject\"?");
}

}  // namespace
}  // namespace sandproof
