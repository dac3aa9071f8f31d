#include "suites/log_rules.h"

#include <gtest/gtest.h>

#include <chrono>

namespace sandproof {
namespace {

using Texts = std::vector<std::string>;

const LogRules kBun{.expect = {R"(Bun (\d+\.\d+\.\d+))"}, .reject = {" --version"}};

TEST(ReadLog, TakesALogThatSaysWhatItShould) {
  const LogFindings findings = ReadLog("chatapp: Bun 1.1.38\nready\n", kBun);
  EXPECT_EQ(findings.missing, Texts{});
  EXPECT_EQ(findings.rejected, Texts{});
  EXPECT_EQ(findings.captured, Texts{"1.1.38"});
  EXPECT_FALSE(findings.is_empty);
}

TEST(ReadLog, FindsTheCommandThatWasPrintedInsteadOfRun) {
  const LogFindings findings = ReadLog("chatapp: Bun ${BUN} --version\n", kBun);
  EXPECT_EQ(findings.missing, kBun.expect);
  EXPECT_EQ(findings.rejected, Texts{"chatapp: Bun ${BUN} --version"});
}

TEST(ReadLog, RejectsWhatAShellLeftUnexpandedWithoutBeingTold) {
  EXPECT_EQ(ReadLog("v$(bun --version)", {}).rejected, Texts{"v$(bun --version)"});
  EXPECT_EQ(ReadLog("in ${APP_DIR}", {}).rejected, Texts{"in ${APP_DIR}"});
}

TEST(ReadLog, LeavesAdviceAndPricesAlone) {
  EXPECT_EQ(ReadLog("set $HOME first; it costs $(5) or ${} or $((1))", {}).rejected, Texts{});
}

TEST(ReadLog, ReadsThroughColoursAndCarriageReturns) {
  EXPECT_EQ(ReadLog("\x1b[1;32mBun\x1b[0m 1.2.3\r\n", kBun).captured, Texts{"1.2.3"});
}

TEST(ReadLog, KnowsThatNothingWasSaid) {
  EXPECT_TRUE(ReadLog("\n\r\n", kBun).is_empty);
  EXPECT_EQ(ReadLog("", kBun).missing, kBun.expect);
}

TEST(ReadLog, CutsLinesThatHaveNoEnd) {
  const LogFindings findings = ReadLog("${A}" + std::string(1 << 20, 'x'), {});
  ASSERT_EQ(findings.rejected.size(), 1U);
  EXPECT_EQ(findings.rejected[0].size(), kLongestLogLine);
}

// A line from inside must not hold up the harness, and what was not decided is no pass.
TEST(ReadLog, GivesUpWhereAMatchTakesTooLong) {
  const LogFindings findings =
      ReadLog(std::string(900, 'a') + "b", {.reject = {"(a*a*a*a*a*)*(a*)*c"}});
  EXPECT_EQ(findings.rejected, Texts{});
  EXPECT_EQ(findings.undecided, Texts{"(a*a*a*a*a*)*(a*)*c"});
}

TEST(ReadLog, GivesUpAPatternThatManyLinesTakeTooLongFor) {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += std::string(900, 'a') + "\n";
  const auto start = std::chrono::steady_clock::now();
  const LogFindings findings = ReadLog(text + "error\n", {.reject = {"(a+)+b|error", "error"}});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_EQ(findings.rejected, Texts{"error"});
  EXPECT_EQ(findings.undecided, Texts{"(a+)+b|error"});
}

TEST(SaysVersion, OnlyAsAWhole) {
  EXPECT_TRUE(SaysVersion("1.2.3", "1.2.3"));
  EXPECT_TRUE(SaysVersion("node v1.2.3 (x64)", "1.2.3"));
  EXPECT_TRUE(SaysVersion("11.2.3 and 1.2.3", "1.2.3"));
  EXPECT_FALSE(SaysVersion("1.2.31", "1.2.3"));
  EXPECT_FALSE(SaysVersion("1.2.3-beta", "1.2.3"));
  EXPECT_FALSE(SaysVersion("rev1.2.3", "1.2.3"));
  EXPECT_FALSE(SaysVersion("", ""));
}

}  // namespace
}  // namespace sandproof
