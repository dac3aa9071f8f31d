#include "harness/driver/bwrap_mutations.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/driver/bwrap.h"
#include "harness/driver/bwrap_args.h"
#include "harness/driver/words_for_test.h"
#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

std::vector<Mutation> MutationsOf(const std::string& line, unsigned uid = 0,
                                  std::vector<unsigned> groups = {}) {
  const SandboxSpec spec = {.name = "auth", .launch = Words(line), .payload = {"/app/server"}};
  const Result<std::vector<Mutation>> mutations =
      BwrapDriver().Mutations({.spec = spec, .uid = uid, .groups = std::move(groups)});
  EXPECT_TRUE(mutations) << mutations.error().message;
  return mutations ? *mutations : std::vector<Mutation>();
}

Mutation Named(const std::vector<Mutation>& mutations, const std::string& id) {
  const auto found = std::ranges::find(mutations, id, &Mutation::id);
  std::string ids;
  for (const Mutation& one : mutations) ids += "\n  " + one.id;
  EXPECT_NE(found, mutations.end()) << id << " is not among" << ids;
  return found == mutations.end() ? Mutation{} : *found;
}

std::string LineOf(const Mutation& mutation) {
  return mutation.line ? Joined(mutation.line->launch) : "(not launched)";
}

// The line that the mutation of a line launches.
std::string Mutated(const std::string& line, const std::string& id) {
  return LineOf(Named(MutationsOf(line), id));
}

TEST(BwrapMutations, DropsAFlagAndLeavesTheRest) {
  EXPECT_EQ(Mutated("env A=1 bwrap --unshare-net --unshare-pid -- sh -c {payload} x",
                    "--unshare-net → dropped"),
            "env A=1 bwrap --unshare-pid -- sh -c {payload} x");
}

TEST(BwrapMutations, MakesAReadOnlyBindWritable) {
  EXPECT_EQ(Mutated("bwrap --ro-bind /usr /usr -- {payload}", "--ro-bind /usr /usr → --bind"),
            "bwrap --bind /usr /usr -- {payload}");
  EXPECT_EQ(
      Mutated("bwrap --ro-bind-try /usr /usr {payload}", "--ro-bind-try /usr /usr → --bind-try"),
      "bwrap --bind-try /usr /usr {payload}");
}

TEST(BwrapMutations, PutsTheHostsInPlaceOfWhatIsFresh) {
  const std::string line = "bwrap --proc /proc --dev /dev --size 5 --tmpfs /tmp {payload}";
  EXPECT_EQ(Mutated(line, "--proc /proc → --ro-bind /proc /proc"),
            "bwrap --ro-bind /proc /proc --dev /dev --size 5 --tmpfs /tmp {payload}");
  EXPECT_EQ(Mutated(line, "--dev /dev → --dev-bind /dev /dev"),
            "bwrap --proc /proc --dev-bind /dev /dev --size 5 --tmpfs /tmp {payload}");
  EXPECT_EQ(Mutated(line, "--tmpfs /tmp → --bind /tmp /tmp"),
            "bwrap --proc /proc --dev /dev --bind /tmp /tmp {payload}");
}

TEST(BwrapMutations, DropsModifiersWithTheirOption) {
  const std::string line = "bwrap --perms 0700 --size 5 --tmpfs /tmp {payload}";
  EXPECT_EQ(Mutated(line, "--tmpfs /tmp → dropped"), "bwrap {payload}");
  EXPECT_EQ(Mutated(line, "--size 5 --tmpfs /tmp → dropped"),
            "bwrap --perms 0700 --tmpfs /tmp {payload}");
}

// bwrap takes that without a word.
TEST(BwrapMutations, KnowsAModifierOfNothing) {
  for (const char* words : {"--perms 0700", "--size 5", "--perms 0700 --size 5"}) {
    const std::vector<Mutation> mutations = MutationsOf(fmt::format("bwrap {} {{payload}}", words));
    ASSERT_FALSE(mutations.empty());
    for (const Mutation& one : mutations) {
      EXPECT_EQ(one.covered_by, "bwrap, which applies it to nothing") << one.id;
    }
  }
}

TEST(BwrapMutations, TakesAlongWhatBwrapWouldRefuse) {
  const Mutation uts =
      Named(MutationsOf("bwrap --unshare-uts --hostname x {payload}"), "--unshare-uts → dropped");
  EXPECT_EQ(LineOf(uts), "bwrap {payload}");
  EXPECT_EQ(uts.with, std::vector<std::string>{"--hostname x → dropped"});
  EXPECT_EQ(Mutated("bwrap --proc /proc --remount-ro /proc {payload}", "--proc /proc → dropped"),
            "bwrap {payload}");
}

TEST(BwrapMutations, KeepsTheHostNameThatUnshareAllAllows) {
  EXPECT_EQ(Mutated("bwrap --unshare-all --unshare-uts --hostname x {payload}",
                    "--unshare-uts → dropped"),
            "bwrap --unshare-all --hostname x {payload}");
}

TEST(BwrapMutations, TakesOneNamespaceOutOfAll) {
  EXPECT_EQ(Mutated("bwrap --unshare-all {payload}", "--unshare-all → without --unshare-net"),
            "bwrap --unshare-user-try --unshare-ipc --unshare-pid --unshare-uts "
            "--unshare-cgroup-try {payload}");
}

TEST(BwrapMutations, WidensABindToItsParent) {
  EXPECT_EQ(Mutated("bwrap --bind /srv/run/app /run/app {payload}",
                    "--bind /srv/run/app /run/app → its parent: --bind /srv/run /run"),
            "bwrap --bind /srv/run /run {payload}");
}

// The host's root goes first, for else it would cover what was mounted before it.
TEST(BwrapMutations, WidensToTheRootReadOnlyAndOnce) {
  const std::string line = "bwrap --tmpfs /tmp --bind /srv /srv --ro-bind /usr /usr {payload}";
  EXPECT_EQ(Mutated(line, "--bind /srv /srv → its parent: --ro-bind / / before all else"),
            "bwrap --ro-bind / / --tmpfs /tmp --ro-bind /usr /usr {payload}");
  const std::vector<Mutation> all = MutationsOf(line);
  EXPECT_EQ(std::ranges::count_if(all,
                                  [](const Mutation& one) {
                                    return one.id.find("before all else") != std::string::npos;
                                  }),
            1);
}

TEST(BwrapMutations, WidensNothingWhoseParentShowsItElsewhere) {
  for (const Mutation& one : MutationsOf("bwrap --ro-bind /srv/a/1 /opt/app/b {payload}")) {
    EXPECT_EQ(one.id.find("its parent"), std::string::npos) << one.id;
  }
}

TEST(BwrapMutations, NamesTheBindThatCoversAnother) {
  const std::vector<Mutation> all =
      MutationsOf("bwrap --ro-bind /usr /usr --ro-bind /usr/local /usr/local {payload}");
  EXPECT_EQ(Named(all, "--ro-bind /usr/local /usr/local → dropped").covered_by,
            "--ro-bind /usr /usr");
  EXPECT_EQ(Named(all, "--ro-bind /usr /usr → dropped").covered_by, "");
}

TEST(BwrapMutations, LetsNoWritableBindCoverAReadOnlyOne) {
  EXPECT_EQ(Named(MutationsOf("bwrap --bind /usr /usr --ro-bind /usr/local /usr/local {payload}"),
                  "--ro-bind /usr/local /usr/local → dropped")
                .covered_by,
            "");
}

TEST(BwrapMutations, KnowsWhatAnOrdinaryUserGetsByItself) {
  const std::string line = "bwrap --unshare-user --cap-drop ALL {payload}";
  const std::vector<Mutation> users = MutationsOf(line, 1000);
  EXPECT_NE(Named(users, "--unshare-user → dropped").covered_by, "");
  EXPECT_NE(Named(users, "--cap-drop ALL → dropped").covered_by, "");
  const std::vector<Mutation> roots = MutationsOf(line, 0);
  EXPECT_EQ(Named(roots, "--unshare-user → dropped").covered_by, "");
  EXPECT_EQ(Named(roots, "--cap-drop ALL → dropped").covered_by, "");
}

TEST(BwrapMutations, TakesTheUidBehindSetprivForTheLaunchers) {
  const std::vector<Mutation> all = MutationsOf(
      "setpriv --reuid=60000 --regid 60000 --clear-groups bwrap --cap-drop ALL {payload}");
  EXPECT_NE(Named(all, "--cap-drop ALL → dropped").covered_by, "");
}

TEST(BwrapMutations, KnowsThatAllCapabilitiesCoverOne) {
  const std::vector<Mutation> all =
      MutationsOf("bwrap --cap-drop ALL --cap-drop CAP_CHOWN {payload}");
  EXPECT_EQ(Named(all, "--cap-drop CAP_CHOWN → dropped").covered_by, "--cap-drop ALL");
  EXPECT_EQ(
      Named(MutationsOf("bwrap --cap-drop ALL --cap-add CAP_CHOWN --cap-drop CAP_CHOWN {payload}"),
            "--cap-drop CAP_CHOWN → dropped")
          .covered_by,
      "");
}

TEST(BwrapMutations, KnowsAFlagThatIsGivenTwice) {
  const std::vector<Mutation> all = MutationsOf("bwrap --unshare-pid --unshare-pid {payload}");
  EXPECT_EQ(Named(all, "--unshare-pid → dropped").covered_by, "the other --unshare-pid");
  EXPECT_EQ(Named(all, "--unshare-pid → dropped (2)").covered_by, "the other --unshare-pid");
}

TEST(BwrapMutations, DropsTheDescriptorWithTheFilter) {
  const Mutation filter =
      Named(MutationsOf("bwrap --seccomp 10 {payload}"), "--seccomp 10 → dropped");
  EXPECT_EQ(LineOf(filter), "bwrap {payload}");
  EXPECT_EQ(filter.line->unused_fds, std::vector<int>{10});
}

TEST(BwrapMutations, LaunchesNothingForWhatProtectsNothing) {
  for (const char* option : {"--setenv A b", "--chdir /x", "--sync-fd 9", "--cap-add CAP_CHOWN"}) {
    const std::vector<Mutation> all = MutationsOf(std::string("bwrap ") + option + " {payload}");
    ASSERT_EQ(all.size(), 1U) << option;
    EXPECT_FALSE(all.front().line) << option;
    EXPECT_NE(all.front().unobservable, "") << option;
  }
}

TEST(BwrapMutations, KeepsTheValueOfAVariableToItself) {
  EXPECT_EQ(MutationsOf("bwrap --setenv PASSWORD hunter2 {payload}").front().id,
            "--setenv PASSWORD → dropped");
}

TEST(BwrapMutations, MutatesOptionsInAFileOfArgs) {
  const SandboxSpec spec = {
      .name = "auth", .launch = Words("bwrap --args 9 --unshare-ipc {payload}"), .payload = {"/x"}};
  const Result<std::vector<Mutation>> all = BwrapMutations(
      {.spec = spec,
       .fd_content = {{9, JoinBwrapFile({"--unshare-net", "--ro-bind", "/usr", "/usr"})}}});
  ASSERT_TRUE(all) << all.error().message;
  const Mutation net = Named(*all, "--unshare-net → dropped");
  EXPECT_EQ(LineOf(net), "bwrap --args 9 --unshare-ipc {payload}");
  EXPECT_EQ(net.line->fd_content.at(9), JoinBwrapFile({"--ro-bind", "/usr", "/usr"}));
  const Mutation out = Named(*all, "--args 9 → written out");
  EXPECT_EQ(LineOf(out), "bwrap --unshare-net --ro-bind /usr /usr --unshare-ipc {payload}");
  EXPECT_TRUE(out.line->fd_content.empty());
}

// Without the tmpfs, bwrap would make the directory in the host's own.
TEST(BwrapMutations, LaunchesNothingThatWouldMakeAFileOnTheHost) {
  const testing::TempDir host;
  const std::string dir = host / "";
  const std::string line = "bwrap --bind " + dir + " /w --tmpfs /w/t --dir /w/t/made {payload}";
  const Mutation gone = Named(MutationsOf(line), "--tmpfs /w/t → dropped");
  EXPECT_FALSE(gone.line);
  EXPECT_NE(gone.unobservable.find("on the host"), std::string::npos) << gone.unobservable;
}

TEST(BwrapMutations, ProposesWhatMayHideAFlag) {
  const Mutation proc = Named(
      MutationsOf("setpriv --reuid=5 bwrap --seccomp 10 --proc /proc --remount-ro /proc {payload}"),
      "--remount-ro /proc → dropped");
  std::set<std::string> covers;
  for (const Cover& cover : proc.covers) covers.insert(cover.id);
  EXPECT_TRUE(covers.contains("--seccomp 10 → dropped"));
  EXPECT_TRUE(covers.contains("setpriv --reuid=5 → dropped"));
}

TEST(BwrapMutations, RefusesWhatBwrapWouldRefuse) {
  const SandboxSpec spec = {.name = "auth", .launch = Words("bwrap --no-such {payload}")};
  const Result<std::vector<Mutation>> all = BwrapMutations({.spec = spec});
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, ErrorKind::kConfiguration);
}

}  // namespace
}  // namespace sandproof
