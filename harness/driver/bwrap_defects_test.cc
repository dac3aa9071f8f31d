#include "harness/driver/bwrap_defects.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

std::size_t CountOf(std::string_view said, bool is_set_id) {
  const auto defects = BwrapDefects(said, is_set_id);
  return defects ? defects->size() : 99;
}

TEST(BwrapDefects, AreThoseOfTheVersion) {
  EXPECT_EQ(CountOf("bubblewrap 0.8.0", false), 0U);
  EXPECT_EQ(CountOf("bubblewrap 0.3.2", false), 1U);
  EXPECT_EQ(CountOf("bubblewrap 0.3.3", false), 0U);
}

TEST(BwrapDefects, OfSetIdProgramsConcernNoOthers) {
  EXPECT_EQ(CountOf("bubblewrap 0.4.0", false), 0U);
  EXPECT_EQ(CountOf("bubblewrap 0.4.0", true), 1U);
  EXPECT_EQ(CountOf("bubblewrap 0.11.1", true), 1U);
  EXPECT_EQ(CountOf("bubblewrap 0.11.2", true), 0U);
  EXPECT_EQ(CountOf("bubblewrap 0.1.2", true), 2U);
}

// 0.11 comes after 0.4, though not by its letters.
TEST(BwrapDefects, CompareNumbersAndNotText) {
  EXPECT_EQ(CountOf("bubblewrap 0.11", true), 1U);
  EXPECT_EQ(CountOf("bubblewrap 0.10.0", true), 0U);
}

TEST(BwrapDefects, AreUnknownWithoutAVersion) {
  EXPECT_EQ(BwrapDefects("", false), std::nullopt);
  EXPECT_EQ(BwrapDefects("bwrap: no such option", false), std::nullopt);
}

}  // namespace
}  // namespace sandproof
