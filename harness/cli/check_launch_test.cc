// `check`, started as a user starts it.
#include <gtest/gtest.h>
#include <linux/keyctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "harness/cli/command_for_test.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {
namespace {

// A socket cannot be opened anew by its path in /proc: ENXIO.
TEST(Check, TakesASocketAmongItsDescriptors) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);  // inherited: no SOCK_CLOEXEC
  const UniqueFd one(ends[0]);
  const UniqueFd other(ends[1]);
  const testing::Ended ended =
      testing::Sandproof({"check", "--only", "launcher.payload_missing_inside", "--",
                          "/usr/bin/env", "--", "/usr/bin/true"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
}

// As an ordinary user, who we are already unless we are root.
testing::Ended RunAsUser(std::vector<std::string> words) {
  if (::geteuid() == 0) {
    words.insert(words.begin(),
                 {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  }
  return testing::RunProgram(std::move(words));
}

// Of a file that only root may open it takes what it was given.
TEST(Check, TakesAFileThatItMayNotOpenAgain) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root to hand on what others may not open";
  const testing::TempDir directory;
  const UniqueFd fd(::open(directory.Write("log", "", 0600).c_str(), O_WRONLY));  // inherited
  ASSERT_TRUE(fd);
  const testing::Ended ended =
      RunAsUser({testing::kSandproof, "check", "--only", "launcher.payload_missing_inside", "--",
                 "/usr/bin/env", "--", "/usr/bin/true"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
}

// `check`, after a line of shell in its own process.
testing::Ended CheckAfter(const std::string& line, const std::string& arguments) {
  return testing::RunProgram(
      {"/bin/sh", "-c", line + "; exec " + testing::kSandproof + " check " + arguments});
}

constexpr const char* kLine = "-- /usr/bin/env -- /usr/bin/true";

// Most systems start a process with 1024, and a few with 256: not every number above those of the
// launcher is ours to use.
class DescriptorLimit : public ::testing::TestWithParam<const char*> {};

TEST_P(DescriptorLimit, LeavesNothingUntried) {
  const std::string limit = std::string("ulimit -Sn ") + GetParam();
  const testing::Ended ended = CheckAfter(limit, kLine);
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find(" 0 inconclusive"), std::string::npos) << ended.out;
}

TEST(Check, SaysThatDescriptorsAreTooFew) {
  const testing::Ended ended = CheckAfter("ulimit -n 64", kLine);
  EXPECT_EQ(ended.code, 2) << ended.out;
  EXPECT_NE(ended.err.find("the limit of open descriptors is 64, and 256 are needed"),
            std::string::npos)
      << ended.err;
}

INSTANTIATE_TEST_SUITE_P(Usual, DescriptorLimit, ::testing::Values("256", "1024", "1100"));

// The launcher, and so the payload, has the limit that we were given.
TEST(Check, HandsItsOwnDescriptorLimitOn) {
  const testing::TempDir directory;
  const std::string script = directory.Write(
      "launcher", "#!/bin/sh\nulimit -Sn > " + (directory / "limit") + "\nexec \"$@\"\n", 0755);
  const testing::Ended ended =
      CheckAfter("ulimit -Sn 512", "--only pid.ns_is_own -- " + script + " '{payload}'");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_EQ(testing::TextOf(directory / "limit"), "512\n");
}

// As service managers start what they start: the session keyring leads to no user keyring.
TEST(Check, PlantsItsKeyWhereTheUserKeyringIsNotPossessed) {
  if (::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0) {
    GTEST_SKIP() << "no session keyring can be made here";
  }
  const testing::Ended ended =
      CheckAfter(":", std::string("--only keyring.user_key_readable ") + kLine);
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("keyring.user_key_readable"), std::string::npos) << ended.out;
}

// Service managers' usual hard limit is half a million: without /proc, an agent does not try each.
class HighDescriptor : public ::testing::Test {
 protected:
  static constexpr const char* kCloseAll =
      "for fd in /proc/$$/fd/*; do\n  fd=${fd##*/}\n"
      "  if ((fd > 2 && fd != 255)); then eval \"exec $fd>&-\"; fi\ndone\n";

  void SetUp() override {
    constexpr rlim_t kEnough = 20000;
    rlimit limit = {};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit = {.rlim_cur = kEnough, .rlim_max = std::max(limit.rlim_max, kEnough)};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) GTEST_SKIP() << "no limit that high can be had";
  }

  // What `fd.inherited` says of a sandbox without /proc, whose launcher is a script that closes
  // what it was handed and then does this.
  static testing::Ended Judged(const std::string& line) {
    const testing::TempDir directory;
    const std::string script = directory.Write(
        "launcher", std::string("#!/bin/bash\n") + kCloseAll + line + "exec \"$@\"\n", 0755);
    return testing::Sandproof({"check", "--only", "fd.inherited", "--", script, "/usr/bin/bwrap",
                               "--unshare-all", "--ro-bind", "/usr", "/usr", "--", "{payload}"});
  }
};

TEST_F(HighDescriptor, IsSeenWithoutProc) {
  const testing::Ended ended = Judged("exec 18000</\n");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("18000 dir "), std::string::npos) << ended.out;
}

TEST_F(HighDescriptor, IsKnownToBeAbsentWithoutProc) {
  const testing::Ended ended = Judged("");
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("1 passed"), std::string::npos) << ended.out;
}

// Somebody of its uid and supplementary groups stands beside it in its process group, whether the
// launcher stays (runuser) or becomes the payload.
TEST(Check, StandsBesideAPayloadOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root to start something as somebody else";
  const std::vector<std::string> check = {"check", "--only", "session.pgrp_shared", "--"};
  for (const std::vector<std::string>& launcher :
       {std::vector<std::string>{"/usr/sbin/runuser", "-u", "nobody", "--", "{payload}"},
        std::vector<std::string>{"/usr/bin/setpriv", "--reuid=1000", "--regid=1000",
                                 "--groups=1000,1001", "{payload}"}}) {
    std::vector<std::string> words = check;
    words.insert(words.end(), launcher.begin(), launcher.end());
    const testing::Ended ended = testing::Sandproof(words);
    EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("1 failed"), std::string::npos) << ended.out;
  }
}

// The usual root of a container may make user namespaces at most: what its controls and the arena
// need, it has in one.
testing::Ended CheckOfFewCapabilities(const std::string& prefix, const std::string& only) {
  const std::string kept = "-all,+chown,+dac_override,+kill,+setgid,+setuid,+setpcap,+setfcap";
  const std::string line = "exec setpriv --bounding-set " + kept + " --inh-caps -all " +
                           testing::kSandproof + " check --only " + only + " -- " + prefix +
                           " bwrap --ro-bind / / --unshare-all --proc /proc --dev /dev -- "
                           "/usr/bin/true";
  return testing::RunProgram({"/bin/sh", "-c", line});
}

TEST(Check, HoldsARootOfFewCapabilitiesAgainstAUserNamespace) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root to give capabilities up";
  const testing::Ended ended = CheckOfFewCapabilities(
      "", "fs.remount_rw_bind,net.tcp_outbound_reachable,fs.overmount_allowed");
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("3 passed, 0 failed, 0 inconclusive, 0 skipped"), std::string::npos)
      << ended.out;
}

// In the arena's user namespace there are more than root, so it still can become somebody else; and
// somebody with the payload's ids sees its namespaces where root may not trace it.
TEST(Check, LaunchesInItsArenaWhatChangesTheUid) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root to give capabilities up";
  const testing::Ended ended =
      CheckOfFewCapabilities("setpriv --reuid=1000 --regid=1000 --clear-groups",
                             "fs.overmount_allowed,net.tcp_outbound_reachable,pid.ns_is_own");
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("3 passed, 0 failed, 0 inconclusive, 0 skipped"), std::string::npos)
      << ended.out;
}

// Whoever may not signal a payload of another uid has somebody of that uid do it.
TEST(Check, EndsAPayloadOfAnotherUserWithoutCapKill) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root to start something as somebody else";
  const testing::Ended ended = testing::RunProgram(
      {"/usr/bin/setpriv", "--bounding-set", "-kill", "--inh-caps", "-all", testing::kSandproof,
       "check", "--only", "session.pgrp_shared,supervisor.no_orphans_on_launcher_kill", "--",
       "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "{payload}"});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("0 inconclusive"), std::string::npos) << ended.out;
  EXPECT_LT(ended.took.count(), 4000);  // and leaves nobody to wait for
}

// A launcher that hands the payload over and goes (a daemon's way) leaves it behind by that alone.
TEST(Check, SeesThatAPayloadOutlivesALauncherThatEnds) {
  const testing::Ended ended =
      testing::Sandproof({"check", "--only", "supervisor.no_orphans_on_launcher_kill", "--",
                          "/bin/sh", "-c", "exec 4<&0; \"$@\" <&4 &", "sh", "{payload}"});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("the launcher's own end: reached"), std::string::npos) << ended.out;
}

// The control in a user namespace cannot start, so what the user is refused outside is no finding.
TEST(Check, DoesWithoutUserNamespaces) {
  std::vector<std::string> words = {"/usr/bin/bwrap", "--dev-bind",      "/", "/",
                                    "--unshare-user", "--disable-userns"};
  for (const std::string& word :
       {std::string("--"), testing::kSandproof, std::string("check"), std::string("--only"),
        std::string("fs.overmount_allowed"), std::string("--"), std::string("/usr/bin/env"),
        std::string("{payload}")}) {
    words.push_back(word);
  }
  const testing::Ended ended = RunAsUser(words);
  if (ended.code == 1) GTEST_SKIP() << "no user namespace can be made here: " << ended.err;
  EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("0 passed, 0 failed, 0 inconclusive, 1 skipped"), std::string::npos)
      << ended.out;
}

// What of an ordinary user's line is asked in the arena waits for the line itself, which a lock
// gives to one at a time.
TEST(Check, LaunchesASecondTimeBehindTheFirst) {
  const testing::TempDir directory;
  const std::string lock = directory.Write("lock", "", 0666);
  std::vector<std::string> words = {testing::kSandproof,
                                    "check",
                                    "--only",
                                    "pid.ns_is_own,net.inbound_reachable,supervisor",
                                    "--",
                                    "/usr/bin/flock",
                                    lock,
                                    "{payload}"};
  const testing::Ended ended = RunAsUser(words);
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("FAIL info pid.ns_is_own"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("FAIL high supervisor.no_orphans"), std::string::npos) << ended.out;
  EXPECT_LT(ended.took.count(), 8000);
}

// Where the root holds nothing but one directory, links and mounts are tried on that.
TEST(Check, TriesAnImageOfOneDirectory) {
  const testing::TempDir image;
  std::filesystem::create_directory(image / "app");
  std::filesystem::copy_file(SANDPROOF_BINARY_DIR "/bin/bench-noop", image / "app/serve");
  const testing::Ended ended = testing::Sandproof(
      {"check", "--verbose", "--only", "fs.ro.link,fs.mount_via_userns", "--", "bwrap",
       "--unshare-all", "--cap-drop", "ALL", "--ro-bind", image.path(), "/", "--", "/app/serve"});
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("1 passed, 1 failed, 0 inconclusive"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("pass medium fs.ro.link[/]"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("mount(/app, tmpfs): reached"), std::string::npos) << ended.out;
}

TEST(Check, RunsWithoutStandardDescriptors) {
  const testing::TempDir directory;
  const std::string report = directory / "report.json";
  const testing::Ended ended =
      CheckAfter("exec <&- >&- 2>&-", "--only pid --json " + report + ' ' + kLine);
  EXPECT_EQ(ended.code, 1);
  EXPECT_NE(testing::TextOf(report).find("\"pid.ns_is_own\""), std::string::npos);
}

TEST(Check, SaysThatItsWorkingDirectoryIsGone) {
  const testing::TempDir directory;
  const std::string gone = directory / "gone";
  const testing::Ended ended =
      CheckAfter("mkdir " + gone + "; cd " + gone + "; rmdir " + gone, kLine);
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("working directory"), std::string::npos) << ended.err;
}

TEST(Check, SaysThatItsCanariesNeedAPlace) {
  const std::string inside =
      "mount -t tmpfs -o ro none /tmp && exec " + testing::kSandproof + " check " + kLine;
  const testing::Ended ended =
      testing::RunProgram({"/usr/bin/unshare", "--mount", "/bin/sh", "-c", inside});
  if (ended.code == 1) GTEST_SKIP() << "no mount namespace can be made here: " << ended.err;
  EXPECT_EQ(ended.code, 2);
  EXPECT_NE(ended.err.find("EROFS; canaries lie there"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace sandproof
