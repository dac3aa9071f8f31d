#include "harness/driver/bwrap_hints.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

bool Says(std::string_view last_words, std::string_view part) {
  return BwrapHint(last_words).find(part) != std::string_view::npos;
}

TEST(BwrapHint, NamesWhatTheHostDoesNotLet) {
  EXPECT_TRUE(Says("bwrap: Creating new namespace failed: Operation not permitted", "doctor"));
  EXPECT_TRUE(Says("bwrap: No permissions to create new namespace, likely because …", "doctor"));
  EXPECT_TRUE(Says("bwrap: setting up uid map: Permission denied", "AppArmor"));
  EXPECT_TRUE(Says("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "AppArmor"));
  EXPECT_TRUE(
      Says("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "systempaths"));
}

TEST(BwrapHint, AddsNothingToWhatIsPlain) {
  EXPECT_EQ(BwrapHint("bwrap: Can't find source path /srv/app: No such file or directory"), "");
  EXPECT_EQ(BwrapHint(""), "");
}

}  // namespace
}  // namespace sandproof
