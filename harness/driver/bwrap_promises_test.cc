#include "harness/driver/bwrap_promises.h"

#include <gtest/gtest.h>

#include "harness/driver/words_for_test.h"

namespace sandproof {
namespace {

Promises Of(const std::string& line, const SandboxSpec& spec = {}) {
  const Result<BwrapArguments> arguments = ParseBwrapArguments(Words(line), BwrapFiles{});
  return PromisesOf(*arguments, LayOut(*arguments, spec));
}

// "/usr <- /usr ro", one line for each path.
std::string Paths(const Promises& promises) {
  std::string text;
  for (const PathPromise& path : promises.paths) {
    text += path.path;
    if (!path.source.empty()) text += " <- " + path.source;
    text += path.access == PathAccess::kReadOnly    ? " ro\n"
            : path.access == PathAccess::kReadWrite ? " rw\n"
                                                    : " private\n";
  }
  return text;
}

TEST(BwrapPromises, BindsKeepTheirOrderAndAccess) {
  EXPECT_EQ(Paths(Of("--ro-bind /usr /usr --bind /srv/d /data --dev-bind /dev/x /x --tmpfs /tmp")),
            "/usr <- /usr ro\n/data <- /srv/d rw\n/x <- /dev/x rw\n/tmp private\n");
}

TEST(BwrapPromises, LaterMountAboveHidesAnEarlierOne) {
  EXPECT_EQ(Paths(Of("--bind /tmp/x/y /tmp/x/y --tmpfs /tmp")), "/tmp private\n");
}

TEST(BwrapPromises, LaterMountAtTheSamePathHidesAnEarlierOne) {
  EXPECT_EQ(Paths(Of("--ro-bind /a /d --bind /b /d")), "/d <- /b rw\n");
}

TEST(BwrapPromises, LaterMountBelowLeavesTheOneAbove) {
  EXPECT_EQ(Paths(Of("--ro-bind / / --bind /d /d")), "/ <- / ro\n/d <- /d rw\n");
}

TEST(BwrapPromises, PathThatOnlyBeginsAlikeIsNotHidden) {
  EXPECT_EQ(Paths(Of("--ro-bind /tmpfiles /tmpfiles --tmpfs /tmp")),
            "/tmpfiles <- /tmpfiles ro\n/tmp private\n");
}

TEST(BwrapPromises, DestinationsAreMadeNormal) {
  EXPECT_EQ(Paths(Of("--ro-bind /usr/ //usr/./share/../ --tmpfs tmp/")),
            "/usr <- /usr/ ro\n/tmp private\n");
}

TEST(BwrapPromises, RemountReadOnlyTurnsAMountReadOnly) {
  EXPECT_EQ(Paths(Of("--bind /d /d --tmpfs /tmp --remount-ro /d --remount-ro /tmp")),
            "/d <- /d ro\n/tmp ro\n");
}

TEST(BwrapPromises, RemountReadOnlyOfTheOwnRootIsAPromise) {
  EXPECT_EQ(Paths(Of("--bind /d /d --remount-ro /")), "/ ro\n/d <- /d rw\n");
}

TEST(BwrapPromises, TryOptionPromisesOnlyWhatExists) {
  EXPECT_EQ(Paths(Of("--ro-bind-try / /host --ro-bind-try /no/such/path /none")),
            "/host <- / ro\n");
}

TEST(BwrapPromises, ProcAndDevArePathPromisesOnlyWhenRemounted) {
  EXPECT_EQ(Paths(Of("--proc /proc --dev /dev --mqueue /dev/mqueue")), "");
  EXPECT_EQ(Paths(Of("--proc /proc --dev /dev --remount-ro /proc --remount-ro /dev")),
            "/proc ro\n/dev ro\n");
}

TEST(BwrapPromises, DataIsPrivateOrReadOnly) {
  EXPECT_EQ(Paths(Of("--file 5 /a --bind-data 6 /b --ro-bind-data 7 /c")),
            "/a private\n/b private\n/c ro\n");
}

TEST(BwrapPromises, FileOnABindMountIsNotPrivate) {
  EXPECT_EQ(Paths(Of("--bind /d /d --file 5 /d/f")), "/d <- /d rw\n");
}

TEST(BwrapPromises, OverlaysSayWhereWritesGo) {
  EXPECT_EQ(Paths(Of("--overlay-src /l --overlay /u /w /a --overlay-src /l --tmp-overlay /b "
                     "--overlay-src /l --overlay-src /m --ro-overlay /c")),
            "/a <- /u rw\n/b private\n/c ro\n");
}

TEST(BwrapPromises, SourceOfABoundDescriptorComesFromTheSpecification) {
  const SandboxSpec spec{.fds = {{.fd = 5, .path = "/srv/d"}}};
  EXPECT_EQ(Paths(Of("--ro-bind-fd 5 /d", spec)), "/d <- /srv/d ro\n");
}

TEST(BwrapPromises, NamespacesAreThoseThatMustBeNew) {
  EXPECT_EQ(Of("--unshare-pid --unshare-net --unshare-cgroup-try").namespaces,
            (std::set<std::string>{"net", "pid"}));
}

TEST(BwrapPromises, UnshareAllOnlyTriesUserAndCgroup) {
  EXPECT_EQ(Of("--unshare-all").namespaces, (std::set<std::string>{"ipc", "net", "pid", "uts"}));
}

TEST(BwrapPromises, ShareNetTakesBackAnEarlierUnshare) {
  EXPECT_FALSE(Of("--unshare-all --share-net").namespaces.contains("net"));
  EXPECT_TRUE(Of("--share-net --unshare-net").namespaces.contains("net"));
}

TEST(BwrapPromises, RootEntriesAreWhatTheLineMakes) {
  EXPECT_EQ(
      Of("--ro-bind /usr /usr --symlink usr/bin /bin --dir /var/lib/x --proc /proc --dev /dev "
         "--file 5 /etc/passwd")
          .root_entries,
      (std::set<std::string>{"bin", "dev", "etc", "proc", "usr", "var"}));
}

TEST(BwrapPromises, RootEntriesOfABoundRootAreUnknown) {
  EXPECT_EQ(Of("--ro-bind / / --tmpfs /tmp").root_entries, std::nullopt);
}

TEST(BwrapPromises, RootEntriesBeginAnewWithAFreshRoot) {
  EXPECT_EQ(Of("--ro-bind / / --tmpfs / --dir /a").root_entries, (std::set<std::string>{"a"}));
}

TEST(BwrapPromises, TryOptionWithoutASourceMakesNoRootEntry) {
  EXPECT_EQ(Of("--dir /a --ro-bind-try /no/such/path /b").root_entries,
            (std::set<std::string>{"a"}));
}

TEST(BwrapPromises, EnvironmentFollowsTheOrder) {
  const Promises promises =
      Of("--setenv A 1 --clearenv --setenv B 2 --unsetenv C --setenv D 3 "
         "--unsetenv D --unsetenv E --setenv E 4");
  EXPECT_TRUE(promises.env_cleared);
  EXPECT_EQ(promises.env_set, (std::map<std::string, std::string>{{"B", "2"}, {"E", "4"}}));
  EXPECT_EQ(promises.env_unset, (std::set<std::string>{"C", "D"}));
}

TEST(BwrapPromises, WorkingDirectoryIsSetByBwrapItself) {
  const Promises promises = Of("--setenv PWD /x --unsetenv PWD --chdir /app");
  EXPECT_EQ(promises.env_set, (std::map<std::string, std::string>{{"PWD", "/app"}}));
  EXPECT_TRUE(promises.env_unset.empty());
}

TEST(BwrapPromises, ProcIsMountedUnlessHidden) {
  EXPECT_TRUE(Of("--proc /proc").proc_mounted);
  EXPECT_FALSE(Of("--proc /proc --tmpfs /proc").proc_mounted);
  EXPECT_FALSE(Of("--ro-bind / /").proc_mounted);
}

// "OPTION | covered by | repeats", one line for each mount that is one of these.
std::string Oddities(const Promises& promises) {
  std::string text;
  for (const MountClaim& mount : promises.mounts) {
    if (mount.covered_by.empty() && mount.repeats.empty()) continue;
    text += mount.option + " | " + mount.covered_by + " | " + mount.repeats + '\n';
  }
  return text;
}

TEST(BwrapClaims, KeepWhatALaterMountHides) {
  EXPECT_EQ(Oddities(Of("--bind /x /tmp/x --tmpfs /tmp")), "--bind /x /tmp/x | --tmpfs /tmp | \n");
}

TEST(BwrapClaims, KnowABindThatRepeatsAnother) {
  EXPECT_EQ(Oddities(Of("--ro-bind /usr /usr --ro-bind /usr/local /usr/local")),
            "--ro-bind /usr/local /usr/local |  | --ro-bind /usr /usr\n");
  EXPECT_EQ(Oddities(Of("--ro-bind /usr /usr --ro-bind /opt/local /usr/local")), "");
}

// A bind over itself keeps a directory that can be written from being renamed.
TEST(BwrapClaims, ABindThatLetsWriteRepeatsNothing) {
  EXPECT_EQ(Oddities(Of("--bind /w /w --bind /w/.git /w/.git")), "");
}

TEST(BwrapClaims, TellAGrantThatIsDropped) {
  const Promises promises = Of("--bind-try /nonexistent/x /x --ro-bind-try /nonexistent/y /y");
  EXPECT_EQ(promises.dropped_grants, std::vector<std::string>{"--bind-try /nonexistent/x /x"});
}

Backing BackingIn(const std::string& line, std::string_view id, std::string subject = "") {
  const Property property{.id = id};
  return BackingOf(Of(line), {.property = &property, .subject = std::move(subject)});
}

TEST(BwrapFlagPromises, NameTheOption) {
  EXPECT_EQ(BackingIn("--unshare-net", "net.ns_is_own").promised_by, "--unshare-net");
  EXPECT_EQ(BackingIn("--unshare-all", "net.ns_is_own").promised_by, "--unshare-all");
  EXPECT_EQ(BackingIn("--unshare-all --share-net", "net.ns_is_own").promised_by, "");
  EXPECT_EQ(BackingIn("--cap-drop CAP_KILL", "cap.effective_empty").promised_by, "");
  EXPECT_EQ(BackingIn("--ro-bind /srv/a /app", "fs.remount_rw_bind", "/app").promised_by,
            "--ro-bind /srv/a /app");
  EXPECT_EQ(BackingIn("--ro-bind /srv/a /app", "fs.remount_rw_bind", "/etc").promised_by, "");
}

// Of what bwrap does anyway, or of what follows from another option, nobody says a word.
TEST(BwrapFlagPromises, TellWhatOnlyUpholds) {
  EXPECT_EQ(BackingIn("", "nnp.set").promised_by, "");
  EXPECT_EQ(BackingIn("", "nnp.set").upheld_by, "bwrap");
  EXPECT_EQ(BackingIn("--tmpfs /tmp", "fs.secret_readable").upheld_by, "bwrap");
  EXPECT_EQ(BackingIn("--ro-bind / /", "fs.secret_readable").upheld_by, "");
  EXPECT_EQ(BackingIn("--cap-drop ALL", "sys.reboot").upheld_by, "--cap-drop ALL");
  EXPECT_EQ(BackingIn("", "keyring.session_key_readable").upheld_by, "");
}

}  // namespace
}  // namespace sandproof
