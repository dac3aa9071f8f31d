#include "harness/driver/driver.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

std::string NameOf(const Result<const Driver*>& found) {
  return found ? std::string((*found)->name()) : found.error().message;
}

TEST(FindDriver, BwrapLineGetsTheBwrapDriver) {
  EXPECT_EQ(NameOf(FindDriver({.launch = {"bwrap", "{payload}"}})), "bwrap");
}

TEST(FindDriver, AnyOtherLineGetsTheCommandDriver) {
  EXPECT_EQ(NameOf(FindDriver({.launch = {"nice", "{payload}"}})), "command");
}

TEST(FindDriver, NamedDriverWinsOverTheLine) {
  EXPECT_EQ(NameOf(FindDriver({.launch = {"bwrap", "{payload}"}, .driver = "command"})), "command");
}

TEST(FindDriver, UnknownNameIsRefusedWithTheKnownOnes) {
  const Result<const Driver*> found = FindDriver({.name = "auth", .driver = "bwarp"});
  EXPECT_EQ(NameOf(found), "no driver is named \"bwarp\"; there are bwrap, command");
}

TEST(FindDriver, LineWithoutAPayloadIsRefused) {
  const Result<const Driver*> found = FindDriver({.name = "auth", .launch = {"bwrap", "sh"}});
  EXPECT_EQ(NameOf(found), "there is no element {payload}");
}

}  // namespace
}  // namespace sandproof
