// What becomes of canaries when their keeper ends, by itself or by SIGKILL.
#include "harness/canary/keeper.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <mqueue.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <set>

#include "harness/canary/decoy.h"
#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

using Kind = KeptObject::Kind;
using testing::Exists;
using testing::TempDir;
using testing::TextOf;

constexpr uid_t kNobody = 65534;

std::set<pid_t> Children() {
  std::ifstream file("/proc/self/task/" + std::to_string(::gettid()) + "/children");
  return {std::istream_iterator<pid_t>(file), {}};
}

// The child that `make` leaves behind: a keeper hides its own number.
template <typename Make>
pid_t NewChild(const Make& make) {
  const std::set<pid_t> before = Children();
  make();
  for (const pid_t child : Children()) {
    if (!before.contains(child)) return child;
  }
  return -1;
}

void KillAndAwait(pid_t child) {
  ASSERT_GT(child, 0);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  // The keeper's owner reaps it later: here it is only awaited.
  siginfo_t info = {};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
}

// One object of every kind that the kernel keeps, in `directory`.
struct Everything {
  explicit Everything(const std::string& directory) {
    const std::string id = RandomHex(6);
    const std::string key = std::to_string((std::stoul(id.substr(0, 8), nullptr, 16) >> 1U) | 1UL);
    number = static_cast<key_t>(std::stol(key));
    queue = "/sp-test-" + id;
    objects = {{.kind = Kind::kFile, .name = directory + "/file", .content = "nonce"},
               {.kind = Kind::kOthers, .name = directory + "/socket"},
               {.kind = Kind::kDirectory, .name = directory + "/inner", .mode = 0755},
               {.kind = Kind::kFile, .name = directory + "/inner/file", .content = "nonce"},
               {.kind = Kind::kSysvShm, .name = key, .content = "nonce"},
               {.kind = Kind::kSysvSem, .name = key},
               {.kind = Kind::kSysvMsg, .name = key},
               {.kind = Kind::kPosixMq, .name = queue}};
  }

  // How many of the IPC objects are there.
  [[nodiscard]] int Ipc() const {
    const mqd_t mq = ::mq_open(queue.c_str(), O_RDONLY | O_CLOEXEC);
    if (mq >= 0) ::mq_close(mq);
    return (::shmget(number, 0, 0) >= 0 ? 1 : 0) + (::semget(number, 0, 0) >= 0 ? 1 : 0) +
           (::msgget(number, 0) >= 0 ? 1 : 0) + (mq >= 0 ? 1 : 0);
  }

  key_t number = 0;
  std::string queue = {};
  std::vector<KeptObject> objects = {};
};

Result<Keeper> Kept(const std::string& directory, const std::vector<KeptObject>& objects) {
  TRY(Keeper keeper, Keeper::Begin(directory, objects));
  TRY(const bool is_made, keeper.Wait());
  static_cast<void>(is_made);
  return keeper;
}

// A keeper that was killed: its journal is all that is left of it.
void LeaveBehind(const std::string& directory, const std::vector<KeptObject>& objects) {
  std::optional<Keeper> keeper;
  const pid_t child = NewChild([&] {
    Result<Keeper> begun = Kept(directory, objects);
    ASSERT_TRUE(begun) << begun.error().message;
    keeper.emplace(*std::move(begun));
  });
  KillAndAwait(child);
}

// A directory as a killed keeper leaves it, whose journal names `victim` for removal.
std::string Abandoned(const TempDir& parent, const std::string& name, const std::string& victim) {
  std::filesystem::create_directory(parent / name);
  return parent.Write(name + "/journal", JournalLine({.kind = Kind::kFile, .name = victim}));
}

TEST(Keeper, MakesEverythingAndRemovesItWhenItsOwnerIsDone) {
  const TempDir parent;
  const std::string directory = parent / "sandproof-a";
  const Everything everything(directory);
  {
    const Result<Keeper> keeper = Kept(directory, everything.objects);
    ASSERT_TRUE(keeper) << keeper.error().message;
    EXPECT_EQ(keeper->errors(), std::vector<int>(everything.objects.size(), 0));
    EXPECT_EQ(TextOf(directory + "/inner/file"), "nonce");
    EXPECT_EQ(everything.Ipc(), 4);
    std::ofstream(directory + "/socket") << "filled by the harness";
  }
  EXPECT_FALSE(Exists(directory));
  EXPECT_EQ(everything.Ipc(), 0);
}

TEST(Keeper, LeavesADirectoryThatIsThereAlready) {
  const TempDir parent;
  std::filesystem::create_directory(parent / "sandproof-a");
  const std::string theirs = parent.Write("sandproof-a/file", "theirs");
  const Result<Keeper> keeper =
      Kept(parent / "sandproof-a", {{.kind = Kind::kFile, .name = theirs}});
  ASSERT_FALSE(keeper);
  EXPECT_EQ(keeper.error().message, "mkdir(" + parent / "sandproof-a" + "): EEXIST");
  EXPECT_EQ(TextOf(theirs), "theirs");
}

TEST(Keeper, NamesTheErrnoOfWhatCannotBeMade) {
  const TempDir parent;
  const Result<Keeper> keeper =
      Kept(parent / "sandproof-a", {{.kind = Kind::kFile, .name = parent / "absent/file"},
                                    {.kind = Kind::kFile, .name = parent / "file"}});
  ASSERT_TRUE(keeper);
  EXPECT_EQ(keeper->errors(), (std::vector<int>{ENOENT, 0}));
}

TEST(Keeper, DropsOneObjectAndKeepsTheOthers) {
  const TempDir parent;
  Result<Keeper> keeper =
      Kept(parent / "sandproof-a", {{.kind = Kind::kFile, .name = parent / "one"},
                                    {.kind = Kind::kFile, .name = parent / "two"}});
  ASSERT_TRUE(keeper);
  EXPECT_TRUE(keeper->Drop(0));
  EXPECT_FALSE(Exists(parent / "one"));
  EXPECT_TRUE(Exists(parent / "two"));
  EXPECT_FALSE(keeper->Drop(0));
  EXPECT_FALSE(keeper->Drop(2));
}

TEST(Keeper, LeavesWhatSomebodyElseMade) {
  const TempDir parent;
  const std::string theirs = parent.Write("theirs", "theirs");
  {
    const Result<Keeper> keeper =
        Kept(parent / "sandproof-a", {{.kind = Kind::kFile, .name = theirs}});
    ASSERT_TRUE(keeper);
    EXPECT_EQ(keeper->errors(), std::vector<int>{EEXIST});
  }
  EXPECT_EQ(TextOf(theirs), "theirs");
}

// The kernel hands the orphaned keeper to us, the nearest subreaper, so that its end is an event.
TEST(Keeper, RemovesEverythingWhenTheHarnessIsKilled) {
  const TempDir parent;
  const std::string directory = parent / "sandproof-a";
  const Everything everything(directory);
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  int ready[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  const pid_t harness = ::fork();
  if (harness == 0) {
    const Result<Keeper> keeper = Kept(directory, everything.objects);
    static_cast<void>(::write(ready[1], keeper ? "y" : "n", 1));
    ::pause();
  }
  char answer = 0;
  EXPECT_EQ(::read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_EQ(everything.Ipc(), 4);
  ::kill(harness, SIGKILL);
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
  EXPECT_FALSE(Exists(directory));
  EXPECT_EQ(everything.Ipc(), 0);
  ::close(ready[0]);
  ::close(ready[1]);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(SweepLeftovers, RemovesEverythingThatAKilledKeeperLeft) {
  const TempDir parent;
  const std::string directory = parent / "sandproof-a";
  const Everything everything(directory);
  LeaveBehind(directory, everything.objects);
  std::ofstream(directory + "/socket") << "filled by the harness";
  ASSERT_EQ(everything.Ipc(), 4);
  SweepLeftovers(parent.path());
  EXPECT_FALSE(Exists(directory));
  EXPECT_EQ(everything.Ipc(), 0);
}

TEST(SweepLeftovers, LeavesWhatTheKilledKeeperFoundThere) {
  const TempDir parent;
  const std::string theirs = parent.Write("theirs", "theirs");
  LeaveBehind(parent / "sandproof-a", {{.kind = Kind::kFile, .name = theirs},
                                       {.kind = Kind::kFile, .name = parent / "ours"}});
  SweepLeftovers(parent.path());
  EXPECT_EQ(TextOf(theirs), "theirs");
  EXPECT_FALSE(Exists(parent / "ours"));
  EXPECT_FALSE(Exists(parent / "sandproof-a"));
}

TEST(SweepLeftovers, LeavesWhatALivingKeeperHolds) {
  const TempDir parent;
  const Result<Keeper> keeper =
      Kept(parent / "sandproof-a", {{.kind = Kind::kFile, .name = parent / "file"}});
  ASSERT_TRUE(keeper);
  SweepLeftovers(parent.path());
  EXPECT_TRUE(Exists(parent / "file"));
  EXPECT_TRUE(Exists(parent / "sandproof-a/journal"));
}

TEST(SweepLeftovers, LeavesOtherNames) {
  const TempDir parent;
  const std::string victim = parent.Write("victim", "");
  Abandoned(parent, "another-a", victim);
  SweepLeftovers(parent.path());
  EXPECT_TRUE(Exists(victim));
}

TEST(SweepLeftovers, FollowsNoLinkToADirectory) {
  const TempDir parent;
  const std::string victim = parent.Write("victim", "");
  Abandoned(parent, "elsewhere", victim);
  ASSERT_EQ(::symlink("elsewhere", (parent / "sandproof-a").c_str()), 0);
  SweepLeftovers(parent.path());
  EXPECT_TRUE(Exists(victim));
  EXPECT_TRUE(Exists(parent / "elsewhere/journal"));
}

TEST(SweepLeftovers, FollowsNoLinkToAJournal) {
  const TempDir parent;
  const std::string victim = parent.Write("victim", "");
  Abandoned(parent, "elsewhere", victim);
  std::filesystem::create_directory(parent / "sandproof-a");
  ASSERT_EQ(::symlink("../elsewhere/journal", (parent / "sandproof-a/journal").c_str()), 0);
  SweepLeftovers(parent.path());
  EXPECT_TRUE(Exists(victim));
}

TEST(SweepLeftovers, LeavesADirectoryThatIsBeingMade) {
  const TempDir parent;
  std::filesystem::create_directory(parent / "sandproof-a");
  SweepLeftovers(parent.path());
  EXPECT_TRUE(Exists(parent / "sandproof-a"));
}

TEST(SweepLeftovers, PassesOverJournalLinesThatItDidNotWrite) {
  const TempDir parent;
  const std::string ours = parent.Write("ours", "");
  const std::string journal = Abandoned(parent, "sandproof-a", ours);
  std::ofstream(journal, std::ios::app) << "\n\xff\nfile %zz\nfile " << parent.path();
  SweepLeftovers(parent.path());
  EXPECT_FALSE(Exists(ours));
  EXPECT_FALSE(Exists(parent / "sandproof-a"));
}

TEST(SweepLeftovers, RefusesADirectoryOfAnotherUid) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a directory to another uid";
  const TempDir parent;
  const std::string victim = parent.Write("victim", "");
  Abandoned(parent, "sandproof-a", victim);
  ASSERT_EQ(::chown((parent / "sandproof-a").c_str(), kNobody, kNobody), 0);
  SweepLeftovers(parent.path());
  EXPECT_TRUE(Exists(victim));
  EXPECT_TRUE(Exists(parent / "sandproof-a/journal"));
}

// An ordinary user must not be led by root's leftovers, nor by anybody else's.
TEST(SweepLeftovers, RefusesADirectoryOfRootWhenRunByAUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another uid";
  const TempDir parent;
  const std::string victim = parent.Write("victim", "");
  Abandoned(parent, "sandproof-a", victim);
  ASSERT_EQ(::chown(victim.c_str(), kNobody, kNobody), 0);
  ASSERT_EQ(::chmod(parent.path().c_str(), 0777), 0);
  const pid_t user = ::fork();
  if (user == 0) {
    if (::setresuid(kNobody, kNobody, kNobody) != 0) ::_exit(1);
    SweepLeftovers(parent.path());
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(user, &status, 0), user);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(Exists(victim));
  EXPECT_TRUE(Exists(parent / "sandproof-a/journal"));
}

}  // namespace
}  // namespace sandproof
