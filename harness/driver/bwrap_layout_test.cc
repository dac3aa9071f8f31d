#include "harness/driver/bwrap_layout.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

BwrapLayout Of(const std::vector<std::string>& words, const SandboxSpec& spec = {}) {
  return LayOut(*ParseBwrapArguments(words, BwrapFiles{}), spec);
}

TEST(BwrapLayout, HostPathShowsWhereItsDirectoryIsBound) {
  const BwrapLayout layout = Of({"--ro-bind", "/no/such", "/app"});
  EXPECT_EQ(layout.InsideOf("/no/such/bin/agent"), "/app/bin/agent");
  EXPECT_EQ(layout.InsideOf("/no/suchlike"), std::nullopt);
}

TEST(BwrapLayout, HostPathUnderALaterMountIsHidden) {
  const BwrapLayout layout = Of({"--ro-bind", "/", "/", "--tmpfs", "/no"});
  EXPECT_EQ(layout.InsideOf("/no/such/agent"), std::nullopt);
}

TEST(BwrapLayout, HostPathMayShowThroughAnotherBind) {
  const BwrapLayout layout =
      Of({"--ro-bind", "/", "/", "--tmpfs", "/no", "--bind", "/no/such", "/srv"});
  EXPECT_EQ(layout.InsideOf("/no/such/agent"), "/srv/agent");
}

TEST(BwrapLayout, PathOnABindShowsTheHost) {
  const BwrapLayout layout = Of({"--ro-bind", "/opt/x", "/app", "--tmpfs", "/app/tmp"});
  EXPECT_EQ(layout.HostOf("/app/server"), "/opt/x/server");
  EXPECT_EQ(layout.HostOf("/app/tmp/server"), std::nullopt);
  EXPECT_EQ(layout.HostOf("/etc"), std::nullopt);
}

TEST(BwrapLayout, RelativeSourceIsTakenFromTheWorkingDirectory) {
  EXPECT_EQ(Of({"--bind", "data", "/d"}, {.cwd = "/no/such"}).InsideOf("/no/such/data/x"), "/d/x");
}

TEST(BwrapLayout, ModeOfATmpfsComesFromPerms) {
  const BwrapLayout layout =
      Of({"--perms", "0700", "--size", "4096", "--tmpfs", "/a", "--tmpfs", "/b"});
  EXPECT_EQ(layout.mounts[0].mode, 0700);
  EXPECT_EQ(layout.mounts[1].mode, 0755);
}

TEST(BwrapLayout, DestinationIsAlwaysBelowTheNewRoot) {
  EXPECT_EQ(NormalDestination("usr/lib/"), "/usr/lib");
  EXPECT_EQ(NormalDestination("//a/./b/../c"), "/a/c");
  EXPECT_EQ(NormalDestination("/../a"), "/a");
  EXPECT_EQ(NormalDestination("."), "/");
}

}  // namespace
}  // namespace sandproof
