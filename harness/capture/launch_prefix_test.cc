#include "harness/capture/launch_prefix.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace sandproof {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kStatus =
    "Name:\tx\nUmask:\t0022\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0 \n"
    "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nCapInh:\t0000000000000000\n"
    "CapBnd:\t00000000000004ff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\n";
constexpr const char* kLimits =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max open files            1024                 4096                 files     \n";

Baseline Root() {
  return {.status = kStatus,
          .limits = kLimits,
          .namespaces = {{"net", "net:[1]"}},
          .env = {"HOME=/root", "LANG=C", "MARK=1"},
          .marker = "MARK=1",
          .marked_fds = {61, 211},
          .is_root = true};
}

// A start that changed nothing.
StartRecord Same() {
  return {.env = Root().env,
          .status = kStatus,
          .limits = kLimits,
          .namespaces = Root().namespaces,
          .fds = {{.fd = 0}, {.fd = 61}, {.fd = 211}}};
}

std::string With(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

TEST(LaunchPrefix, OfAnUnchangedStartIsEmpty) {
  const LaunchPrefix prefix = PrefixFor(Same(), Root(), {});
  EXPECT_EQ(prefix.words, Words{});
  EXPECT_EQ(prefix.notes, Words{});
}

TEST(LaunchPrefix, SaysOnlyWhatTheEnvironmentChanged) {
  StartRecord record = Same();
  record.env = {"HOME=/home/app", "A=two words", "MARK=1", "SHLVL=2", "_=/usr/bin/bwrap"};
  EXPECT_EQ(PrefixFor(record, Root(), {}).words,
            (Words{"/usr/bin/env", "-u", "LANG", "A=two words", "HOME=/home/app"}));
}

TEST(LaunchPrefix, SaysTheWholeEnvironmentThatAnotherMade) {
  StartRecord record = Same();
  record.env = {"PATH=/usr/bin"};
  EXPECT_EQ(PrefixFor(record, Root(), {}).words, (Words{"/usr/bin/env", "-i", "PATH=/usr/bin"}));
}

TEST(LaunchPrefix, NamesSignalsThatAreIgnoredAndBlocked) {
  StartRecord record = Same();
  record.status = With(record.status, "SigBlk:\t0000000000000000", "SigBlk:\t0000000000004000");
  record.status = With(record.status, "SigIgn:\t0000000000000000", "SigIgn:\t0000000000000006");
  EXPECT_EQ(PrefixFor(record, Root(), {}).words,
            (Words{"/usr/bin/env", "--ignore-signal=INT,QUIT", "--block-signal=TERM"}));
}

TEST(LaunchPrefix, BecomesAnotherUser) {
  StartRecord record = Same();
  record.status = With(record.status, "Uid:\t0\t0\t0\t0", "Uid:\t7\t7\t7\t7");
  record.status = With(record.status, "Groups:\t0 ", "Groups:\t8 9 ");
  record.status = With(record.status, "CapBnd:\t00000000000004ff", "CapBnd:\t0000000000000401");
  EXPECT_EQ(PrefixFor(record, Root(), {}).words,
            (Words{"/usr/bin/setpriv", "--reuid=7", "--regid=0", "--groups=8,9",
                   "--bounding-set=-all,+chown,+net_bind_service"}));
}

// In the user namespace of a user's capture all groups and capabilities look different.
TEST(LaunchPrefix, IgnoresCapabilitiesForAUserWhoStaysOneself) {
  Baseline user = Root();
  user.is_root = false;
  StartRecord record = Same();
  record.status = With(record.status, "CapBnd:\t00000000000004ff", "CapBnd:\t000001ffffffffff");
  record.status = With(record.status, "Groups:\t0 ", "Groups:\t65534 ");
  EXPECT_EQ(PrefixFor(record, user, {}).words, Words{});
}

TEST(LaunchPrefix, ClosesDescriptorsWhereNoneOfOursArrived) {
  StartRecord record = Same();
  record.fds = {{.fd = 0}, {.fd = 10}};
  const Words words = PrefixFor(record, Root(), {10, 12}).words;
  ASSERT_EQ(words.size(), 4U);
  EXPECT_EQ(words[0], "/bin/bash");
  EXPECT_EQ(words[3], "10 12");
}

TEST(LaunchPrefix, ClosesNothingWhereOneOfOursWasOverwritten) {
  StartRecord record = Same();
  record.fds = {{.fd = 0}, {.fd = 211}};
  EXPECT_EQ(PrefixFor(record, Root(), {}).words, Words{});
}

TEST(LaunchPrefix, SetsLimitsAndUmask) {
  StartRecord record = Same();
  record.status = With(record.status, "Umask:\t0022", "Umask:\t0077");
  record.limits = With(record.limits, "1024 ", "unlimited ");
  EXPECT_EQ(PrefixFor(record, Root(), {}).words,
            (Words{"/bin/sh", "-c", "umask 0077; exec \"$@\"", "sh", "/usr/bin/prlimit",
                   "--nofile=unlimited:4096"}));
}

TEST(LaunchPrefix, AppendsToTheLogThatStandardErrorIs) {
  StartRecord record = Same();
  record.fds.push_back(
      {.fd = 2, .mode = S_IFREG | 0644, .device = 1, .inode = 2, .target = "/dev/null"});
  Baseline baseline = Root();
  EXPECT_EQ(PrefixFor(record, baseline, {}).words,
            (Words{"/bin/sh", "-c", "exec \"$@\" 2>>'/dev/null'", "sh"}));
  // The same file that our caller gave us is none of the launcher's.
  baseline.fds = {{.fd = 2, .device = 1, .inode = 2}};
  EXPECT_EQ(PrefixFor(record, baseline, {}).words, Words{});
}

TEST(LaunchPrefix, LeavesOtherNamespacesToBeDecided) {
  StartRecord record = Same();
  record.namespaces["net"] = "net:[2]";
  const LaunchPrefix prefix = PrefixFor(record, Root(), {});
  EXPECT_EQ(prefix.words, Words{});
  ASSERT_EQ(prefix.notes.size(), 1U);
  EXPECT_NE(prefix.notes[0].find("TO DECIDE: the launcher had put it into other namespaces (net)"),
            std::string::npos);
}

TEST(SecretNames, AreOfWhatTheLauncherAdded) {
  Baseline baseline = Root();
  baseline.env.emplace_back("MY_TOKEN=inherited");
  StartRecord record = Same();
  record.env = baseline.env;
  record.env.emplace_back("API_KEY=made");
  record.env.emplace_back("KEY_PATH=/a/file");
  EXPECT_EQ(SecretNames(record, baseline), Words{"API_KEY"});
}

}  // namespace
}  // namespace sandproof
