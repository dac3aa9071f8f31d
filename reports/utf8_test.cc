#include "reports/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace sandproof {
namespace {

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    if (character.size == 0) return false;
    text.remove_prefix(character.size);
  }
  return true;
}

TEST(ToUtf8, LeavesWhatIsUtf8) {
  EXPECT_EQ(ToUtf8("/srv/\xc3\xa9t\xc3\xa9 \xf0\x9f\x94\x92"),
            "/srv/\xc3\xa9t\xc3\xa9 \xf0\x9f\x94\x92");
}

TEST(ToUtf8, KeepsEveryByte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_TRUE(IsUtf8(ToUtf8(all)));
  EXPECT_EQ(FromUtf8(ToUtf8(all)), all);
}

TEST(ToUtf8, KeepsBrokenBytesApart) { EXPECT_NE(ToUtf8("a\xfe"), ToUtf8("a\xff")); }

// U+10F0FF is how the byte ff is written, so that character itself is written byte by byte.
TEST(ToUtf8, IsNotFooledByTheCharacterThatStandsForAByte) {
  const std::string genuine = "\xf4\x8f\x83\xbf";
  EXPECT_NE(ToUtf8(genuine), ToUtf8("\xff"));
  EXPECT_EQ(FromUtf8(ToUtf8(genuine)), genuine);
}

}  // namespace
}  // namespace sandproof
