#include <gtest/gtest.h>

#include "harness/spec/spec.h"

namespace sandproof {
namespace {

TEST(Nearest, FindsTheWordWithOneWrongLetter) {
  EXPECT_EQ(Nearest("lunch", {"payload", "launch", "env"}), "launch");
}

TEST(Nearest, CountsSwappedNeighboursAsOneEdit) { EXPECT_EQ(Nearest("evn", {"env"}), "env"); }

TEST(Nearest, PrefersTheNearerOfTwo) {
  EXPECT_EQ(Nearest("net.tcp6_x", {"net.tcp4_x", "net.tcp6_y", "net.tcp6_x"}), "net.tcp6_x");
}

TEST(Nearest, StaysSilentWhenNothingIsNear) {
  EXPECT_EQ(Nearest("supercalifragilistic", {"launch", "env"}), "");
  EXPECT_EQ(Nearest("x", {"to", "env"}), "");
}

TEST(Nearest, TakesAnEmptyWordAndNoCandidates) {
  EXPECT_EQ(Nearest("", {"env"}), "");
  EXPECT_EQ(Nearest("env", {}), "");
}

// The cost grows with the product of the lengths, and the word comes from the file.
TEST(Nearest, DoesNotMeasureAVeryLongWord) {
  const std::string word(1'000'000, 'a');
  EXPECT_EQ(Nearest(word, {word}), "");
}

}  // namespace
}  // namespace sandproof
