#include "reports/printable.h"

#include <gtest/gtest.h>

#include <string>

namespace sandproof {
namespace {

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(Printable("open(/srv/Žižkov/日本 😀): EROFS"), "open(/srv/Žižkov/日本 😀): EROFS");
}

TEST(Printable, NamesControlCharacters) {
  EXPECT_EQ(Printable(std::string_view("a\x1b[2J\r\n\t\0\x7f", 9)), R"(a\x1b[2J\r\n\t\x00)");
  EXPECT_EQ(Printable("\x7f"), R"(\x7f)");
}

// U+009B alone begins a control sequence on some terminals.
TEST(Printable, NamesControlCharactersOutsideAscii) {
  EXPECT_EQ(Printable("\xc2\x9b"), R"(\u{9b})");
}

TEST(Printable, NamesWhatHidesOrReordersText) {
  EXPECT_EQ(Printable("a\u202e\u200bb\ufeff"), R"(a\u{202e}\u{200b}b\u{feff})");
}

TEST(Printable, NamesWhatXmlForbids) { EXPECT_EQ(Printable("\xef\xbf\xbf"), R"(\u{ffff})"); }

TEST(Printable, ShowsBrokenUtf8ByteByByte) {
  EXPECT_EQ(Printable("\xff|\xc3(|\xe2\x82"), R"(\xff|\xc3(|\xe2\x82)");
}

TEST(Printable, RefusesOverlongFormsAndSurrogates) {
  EXPECT_EQ(Printable("\xc0\xaf"), R"(\xc0\xaf)");
  EXPECT_EQ(Printable("\xe0\x80\xaf"), R"(\xe0\x80\xaf)");
  EXPECT_EQ(Printable("\xed\xa0\x80"), R"(\xed\xa0\x80)");
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), R"(\xf4\x90\x80\x80)");
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(Printable("aéé", 4), "aé…");
  EXPECT_EQ(Printable("aéé", 5), "aéé");
}

TEST(PrintableLines, KeepsTheLastLines) {
  EXPECT_EQ(PrintableLines("1\n2\n3\n\n", 2), "…\n2\n3");
  EXPECT_EQ(PrintableLines("1\n2\n", 2), "1\n2");
}

TEST(PrintableLines, KeepsEmptyLinesBetweenOthers) {
  EXPECT_EQ(PrintableLines("a\n\nb", 5), "a\n\nb");
}

TEST(PrintableLines, IsEmptyForBlankText) { EXPECT_EQ(PrintableLines("\r\n\n", 3), ""); }

}  // namespace
}  // namespace sandproof
