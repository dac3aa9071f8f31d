#include "suites/pattern.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace sandproof {
namespace {

using Match = Pattern::Match;

Match Search(const std::string& pattern, std::string_view text) {
  const std::optional<Pattern> compiled = Pattern::Of(pattern);
  return compiled ? compiled->Search(text) : throw std::invalid_argument(pattern);
}

TEST(Pattern, IsSearchedForAnywhere) {
  EXPECT_EQ(Search("o+k", "it is ook."), Match::kYes);
  EXPECT_EQ(Search("o+k", "it is not"), Match::kNo);
}

TEST(Pattern, MeetsTheEndsOfTheTextAndNotOfItsLines) {
  EXPECT_EQ(Search("^ok$", "ok"), Match::kYes);
  EXPECT_EQ(Search("^ok$", "not\nok\nyet"), Match::kNo);
  EXPECT_EQ(Search("not.ok", "not\nok"), Match::kNo);
}

TEST(Pattern, TakesBytesAsTheyAre) {
  EXPECT_EQ(Search("a.b", std::string_view("a\0b", 3)), Match::kYes);
  EXPECT_EQ(Search("a.b",
                   "a\xff"
                   "b"),
            Match::kYes);
}

TEST(Pattern, GivesUpBeforeATextThatIsMadeForIt) {
  const auto start = std::chrono::steady_clock::now();
  for (const char* pattern : {"(a+)+b", "(a*)*b", "(a|b|ab)*c"}) {
    EXPECT_EQ(Search(pattern, std::string(4096, 'a')), Match::kUndecided) << pattern;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Pattern, GivesUpBeforeALongTextTakesTheMemory) {
  EXPECT_EQ(Search("^(a|b)*c", std::string(1'000'000, 'a')), Match::kUndecided);
}

TEST(Pattern, TakesItsFirstGroup) {
  EXPECT_EQ(Pattern::Of("v([0-9.]+)(x)?")->FirstGroup("it is v1.2."), "1.2.");
  EXPECT_EQ(Pattern::Of("v([0-9.]+)")->FirstGroup("none"), std::nullopt);
  EXPECT_EQ(Pattern::Of("v[0-9.]+")->FirstGroup("v1"), std::nullopt);
  EXPECT_TRUE(Pattern::Of("v([0-9.]+)")->HasGroup());
  EXPECT_FALSE(Pattern::Of("v(?:[0-9.]+)")->HasGroup());
}

TEST(Pattern, IsNotMadeOfEveryText) {
  EXPECT_EQ(WhyNoPattern("Bun ("), "Unmatched marking parenthesis ( or \\(.");
  EXPECT_NE(WhyNoPattern(""), "");
  EXPECT_EQ(WhyNoPattern("Bun \\("), "");
  EXPECT_FALSE(Pattern::Of("Bun ("));
  EXPECT_FALSE(Pattern::Of(""));
}

}  // namespace
}  // namespace sandproof
