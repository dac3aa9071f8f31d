#include "harness/spec/quote.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

TEST(Quote, ShowsControlCharactersAsEscapes) {
  EXPECT_EQ(Escaped("a\x1b[31m\n\x7f"), "a\\u001b[31m\\u000a\\u007f");
}

TEST(Quote, ShowsC1AndDirectionMarksAsEscapes) {
  EXPECT_EQ(Escaped("\xc2\x9b\xe2\x80\xae"), "\\u009b\\u202e");
}

TEST(Quote, ShowsBytesThatAreNotUtf8AsHex) {
  EXPECT_EQ(Escaped("\xff\xc3(\xe2\x82"), "\\xff\\xc3(\\xe2\\x82");
}

TEST(Quote, LeavesOtherLettersAlone) { EXPECT_EQ(Escaped("grün € 🙂"), "grün € 🙂"); }

TEST(Quote, CutsLongTextBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "€";
  const std::string shown = Escaped(text);
  EXPECT_EQ(shown.size(), 66 * 3 + std::string("…").size());
  EXPECT_TRUE(shown.ends_with("€…"));
}

TEST(Quote, PathQuotesKeysThatAreNotWords) {
  EXPECT_EQ(MemberPath("", "sandboxes"), "sandboxes");
  EXPECT_EQ(MemberPath("sandboxes.auth", "limit_s"), "sandboxes.auth.limit_s");
  EXPECT_EQ(MemberPath("paths", "/app"), "paths[\"/app\"]");
  EXPECT_EQ(MemberPath("", "a\nb"), "[\"a\\u000ab\"]");
}

}  // namespace
}  // namespace sandproof
