#include "suites/features/features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace {

constexpr int kLastRow = 306;
// Numbers that were never rows of ours.
constexpr int kOutOfScope[] = {13,  14,  20,  47,  49,  50,  54,  55,  56,  66,  99,  100, 101, 103,
                               124, 149, 150, 151, 152, 155, 175, 181, 188, 190, 197, 198, 215, 216,
                               217, 218, 219, 224, 226, 274, 276, 277, 282, 286, 287, 300};

std::vector<Feature> Rows() {
  std::vector<Feature> rows;
  for (const FeatureSection& section : Features()) {
    rows.insert(rows.end(), section.rows.begin(), section.rows.end());
  }
  return rows;
}

}  // namespace

TEST(Features, EveryRowIsThereOnce) {
  std::set<int> expected;
  for (int number = 1; number <= kLastRow; ++number) expected.insert(number);
  for (const int number : kOutOfScope) expected.erase(number);
  std::multiset<int> found;
  for (const Feature& row : Rows()) found.insert(row.number);
  EXPECT_EQ(std::vector<int>(found.begin(), found.end()),
            std::vector<int>(expected.begin(), expected.end()));
}

TEST(Features, EveryIdNamesAProperty) {
  for (const Feature& row : Rows()) {
    for (const std::string_view id : row.ids) {
      EXPECT_TRUE(std::any_of(Catalogue().begin(), Catalogue().end(),
                              [&](const Property& property) { return Names(id, property.id); }))
          << row.number << ' ' << id;
    }
  }
}

TEST(Features, ARowWithoutIdsSaysWhy) {
  for (const Feature& row : Rows()) {
    EXPECT_FALSE(row.text.empty()) << row.number;
    if (row.ids.empty()) {
      EXPECT_TRUE(row.note.ends_with('.')) << row.number;
    }
  }
}

TEST(Features, NoCellBreaksTheTable) {
  for (const Feature& row : Rows()) {
    EXPECT_EQ(row.text.find('|'), std::string_view::npos) << row.number;
    EXPECT_EQ(row.note.find('|'), std::string_view::npos) << row.number;
  }
}

TEST(Features, AStarNamesWhatLiesBelow) {
  EXPECT_TRUE(Names("fs.ro.*", "fs.ro.link"));
  EXPECT_FALSE(Names("fs.ro.*", "fs.root_is_host_root"));
  EXPECT_TRUE(Names("nnp.set", "nnp.set"));
}

}  // namespace sandproof
