#include "probes/wire/text.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

TEST(Cut, TakesWhatPrecedesTheSeparator) {
  std::string_view text = "one  three";
  EXPECT_EQ(Cut(text, ' '), "one");
  EXPECT_EQ(Cut(text, ' '), "");
  EXPECT_EQ(Cut(text, ' '), "three");
  EXPECT_EQ(text, "");
  EXPECT_EQ(Cut(text, ' '), "");
}

TEST(BaseName, IsWhatFollowsTheLastSlash) {
  EXPECT_EQ(BaseName("/usr/bin/bwrap"), "bwrap");
  EXPECT_EQ(BaseName("bwrap"), "bwrap");
  EXPECT_EQ(BaseName("/usr/"), "");
}

TEST(DirectoryOf, IsWhatPrecedesIt) {
  EXPECT_EQ(DirectoryOf("/run/app/socket"), "/run/app");
  EXPECT_EQ(DirectoryOf("/socket"), "/");
  EXPECT_EQ(DirectoryOf("socket"), "/");
}

}  // namespace
}  // namespace sandproof
