// Each verdict of prove, from lines that are really launched.
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "harness/cli/command_for_test.h"

namespace sandproof {
namespace {

using nlohmann::json;
using testing::ConfigOf;
using testing::Ended;
using testing::Sandproof;
using testing::TempDir;

// "bwrap" with these options and what every payload needs, as JSON words.
std::string Bwrap(const std::string& options) {
  return R"("bwrap", )" + options +
         R"(, "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink",
            "usr/lib64", "/lib64", "--", "{payload}")";
}

struct Proved {
  Ended ended = {};
  json report = {};

  // The protection with this id; null where there is none.
  [[nodiscard]] json Of(const std::string& id) const {
    for (const json& one : report["sandboxes"][0]["protections"]) {
      if (one["id"] == id) return one;
    }
    return {};
  }
  [[nodiscard]] std::string VerdictOf(const std::string& id) const {
    const json one = Of(id);
    return one.is_null() ? "(none) " + report.dump(1) : one["verdict"].get<std::string>();
  }
};

Proved Prove(const std::string& launch, std::vector<std::string> arguments = {},
             const std::string& more = "") {
  const TempDir directory;
  arguments.insert(arguments.begin(), {"prove", directory.Write("box.json", ConfigOf(launch, more)),
                                       "--format", "json"});
  Proved proved{.ended = Sandproof(arguments)};
  proved.report = json::parse(proved.ended.out, nullptr, false);
  return proved;
}

const std::vector<std::string> kOnlyNetwork = {"--only-properties", "net"};

TEST(Prove, CallsGuardedWhatAPropertyMisses) {
  const Proved proved = Prove(Bwrap(R"("--unshare-net")"), kOnlyNetwork);
  EXPECT_EQ(proved.VerdictOf("--unshare-net → dropped"), "guarded");
  const json red = proved.Of("--unshare-net → dropped")["turned_red"];
  EXPECT_NE(std::find(red.begin(), red.end(), "net.tcp_loopback_reachable"), red.end()) << red;
}

TEST(Prove, CallsUnguardedWhatNobodyMisses) {
  const Proved proved = Prove(Bwrap(R"("--unshare-ipc")"), kOnlyNetwork);
  EXPECT_EQ(proved.VerdictOf("--unshare-ipc → dropped"), "unguarded");
  EXPECT_EQ(proved.ended.code, 1);
}

// An expectation that is turned off guards nothing, and the report says which it would have been.
TEST(Prove, NamesWhatWouldHaveNoticed) {
  const Proved proved =
      Prove(Bwrap(R"("--unshare-uts", "--hostname", "box")"), {"--only=--unshare-uts"},
            R"(, "expect": {"uts.ns_is_own": "any", "uts.host_name_follows": "any",
                            "uts.sethostname_changes_host": "any",
                            "uts.domain_name_follows": "any"})");
  const json one = proved.Of("--unshare-uts → dropped");
  EXPECT_EQ(one["verdict"], "unguarded") << one;
  const json would = one["unasserted"];
  EXPECT_NE(std::find(would.begin(), would.end(), "uts.ns_is_own"), would.end()) << one;
}

TEST(Prove, CallsRedundantWhatAnotherFlagCovers) {
  const Proved proved =
      Prove(Bwrap(R"("--unshare-ipc", "--unshare-all")"), {"--only=--unshare-ipc"});
  const json one = proved.Of("--unshare-ipc → dropped");
  EXPECT_EQ(one["verdict"], "redundant") << one;
  EXPECT_EQ(one["explanation"], "--unshare-all");
}

TEST(Prove, CallsUnobservableWhatCannotBeSeen) {
  const Proved proved = Prove(Bwrap(R"("--unshare-net", "--symlink", "usr/bin", "/bin")"),
                              {"--only=--symlink", "--only-properties", "net"});
  EXPECT_EQ(proved.VerdictOf("--symlink usr/bin /bin → dropped"), "unobservable");
  EXPECT_EQ(proved.ended.code, 0);
}

TEST(Prove, LaunchesNothingThatWouldChangeTheHost) {
  const Proved proved = Prove(
      Bwrap(
          R"("--unshare-user", "--tmpfs", "/tmp", "--dir", "/tmp/sandproof-is-not-made", "--ro-bind", "/usr", "/tmp/sandproof-is-not-made", "--remount-ro", "/tmp/sandproof-is-not-made")"),
      {"--only=--tmpfs", "--only-properties", "net"});
  // The host's /tmp is never made a directory in: what would make one is not launched.
  EXPECT_EQ(proved.VerdictOf("--tmpfs /tmp → --bind /tmp /tmp"), "unobservable");
  const Proved root = Prove(Bwrap(R"("--unshare-net")"), {"--only=--ro-bind"});
  EXPECT_EQ(root.VerdictOf("--ro-bind /usr /usr → its parent: --ro-bind / / before all else"),
            "guarded");
}

TEST(Prove, NamesTheLaunchersOwnWordsWhereItBreaks) {
  const Proved proved =
      Prove(Bwrap(R"("--dir", "/made", "--chmod", "0700", "/made")"), {"--only=--dir"});
  EXPECT_EQ(proved.VerdictOf("--dir /made → dropped"), "broken");
  const std::string words = proved.Of("--dir /made → dropped").value("explanation", "");
  EXPECT_NE(words.find("bwrap"), std::string::npos) << words;
}

// What was not tried is no success.
TEST(Prove, SaysWhatTheBudgetLeftOut) {
  const Proved proved = Prove(Bwrap(R"("--unshare-net")"), {"--budget", "0.001"});
  EXPECT_EQ(proved.ended.code, 3) << proved.ended.err;
  EXPECT_EQ(proved.VerdictOf("--unshare-net → dropped"), "not_run");
  EXPECT_TRUE(proved.report["sandboxes"][0]["unproven"].is_null());
}

// The id of what a list of objects holds, with its reason; empty where it is not there.
std::string WhyUnproven(const json& report, const std::string& id) {
  for (const json& one : report["sandboxes"][0]["unproven"]) {
    if (one["id"] == id) return one["why"];
  }
  return {};
}

TEST(Prove, SaysWhyNothingTurnedACheckRed) {
  const Proved proved =
      Prove(Bwrap(R"("--unshare-net")"), {"--only-properties", "net,fs.expected_ro_present,cap"});
  EXPECT_EQ(WhyUnproven(proved.report, "fs.expected_ro_present[/usr]"), "") << proved.ended.out;
  const std::string why = WhyUnproven(proved.report, "cap.ambient_empty");
  EXPECT_NE(why.find("passes without the whole launch line, too"), std::string::npos) << why;
}

// bwrap sets no_new_privs by itself, whatever its flags: only without bwrap is it gone.
TEST(Prove, ShowsWhatOnlyTheWholeLineHolds) {
  const Proved proved = Prove(Bwrap(R"("--unshare-net")"), {"--only-properties", "net,nnp"});
  const json depths = proved.report["sandboxes"][0]["in_depth"];
  ASSERT_FALSE(depths.empty()) << proved.ended.out;
  EXPECT_EQ(depths.back()["protections"][0], "the whole launch line → dropped");
  const json red = depths.back()["turned_red"];
  EXPECT_NE(std::find(red.begin(), red.end(), "nnp.set"), red.end()) << depths;
}

// Each of two is enough, so that neither turns anything red alone.
TEST(Prove, ShowsWhatTwoHoldTogether) {
  const Proved proved = Prove(Bwrap(R"("--unshare-user", "--disable-userns", "--cap-drop", "ALL")"),
                              {"--only-properties", "fs.remount_rw_bind,user.ns_is_own"});
  const json first = proved.report["sandboxes"][0]["in_depth"][0];
  const json red = first["turned_red"];
  if (::geteuid() != 0) GTEST_SKIP() << "who is not root keeps no capability over these mounts";
  EXPECT_NE(std::find(red.begin(), red.end(), "fs.remount_rw_bind[/usr]"), red.end()) << first;
}

TEST(Prove, ShowsNothingWhereTheSandboxDoesNotStart) {
  const Proved proved = Prove(Bwrap(R"("--ro-bind", "/no/such", "/x")"));
  EXPECT_EQ(proved.ended.code, 3);
  EXPECT_FALSE(proved.report["sandboxes"][0]["shortfall"].is_null());
}

TEST(Prove, RefusesAFlagThatNoLineHas) {
  const Proved proved = Prove(Bwrap(R"("--unshare-net")"), {"--only=--unshare-nett"});
  EXPECT_EQ(proved.ended.code, 2);
  EXPECT_NE(proved.ended.err.find("did you mean --unshare-net?"), std::string::npos)
      << proved.ended.err;
}

TEST(Prove, RefusesALauncherWithoutProtectionsThatItKnows) {
  EXPECT_EQ(Prove(R"("/usr/bin/env", "-i", "{payload}")").ended.code, 2);
}

TEST(Prove, ListsWithoutLaunching) {
  const TempDir directory;
  const Ended ended =
      Sandproof({"prove", directory.Write("box.json", ConfigOf(testing::kBwrapLine)), "--list"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("--ro-bind /usr /usr → --bind"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace sandproof
