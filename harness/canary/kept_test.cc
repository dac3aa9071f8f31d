// Objects that outlive processes: each made, seen, removed.
#include "harness/canary/kept.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <mqueue.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "harness/canary/decoy.h"
#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

using Kind = KeptObject::Kind;

// A key that nobody else uses, with overwhelming probability.
std::string RandomKey() {
  return std::to_string((std::stoul(RandomHex(4), nullptr, 16) & 0x7fffffffUL) | 1UL);
}

key_t Number(const std::string& key) { return static_cast<key_t>(std::stol(key)); }

mode_t ModeOf(const std::string& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
}

TEST(Kept, FileHasItsContentAndItsModeWhateverTheUmask) {
  const testing::TempDir directory;
  const KeptObject file{.name = directory / "f", .content = "nonce", .mode = 0666};
  const mode_t umask_before = ::umask(0777);
  EXPECT_EQ(Make(file), 0);
  ::umask(umask_before);
  EXPECT_EQ(testing::TextOf(file.name), "nonce");
  EXPECT_EQ(ModeOf(file.name), 0666U);
  EXPECT_EQ(Remove(file), 0);
  EXPECT_FALSE(testing::Exists(file.name));
}

TEST(Kept, FileOfSomebodyElseIsLeftAsItIs) {
  const testing::TempDir directory;
  const std::string path = directory.Write("f", "theirs");
  EXPECT_EQ(Make({.name = path, .content = "ours"}), EEXIST);
  EXPECT_EQ(testing::TextOf(path), "theirs");
}

TEST(Kept, FileIsNotMadeThroughALink) {
  const testing::TempDir directory;
  ASSERT_EQ(::symlink((directory / "target").c_str(), (directory / "link").c_str()), 0);
  EXPECT_EQ(Make({.name = directory / "link", .content = "ours"}), EEXIST);
  EXPECT_FALSE(testing::Exists(directory / "target"));
}

// Who may give files away.
bool IsPrivileged() { return ::geteuid() == 0; }

TEST(Kept, SetIdProgramBelongsToNobodyWhoCouldDoMore) {
  if (!IsPrivileged()) GTEST_SKIP() << "run as root to give a file away";
  const testing::TempDir directory;
  const KeptObject program{
      .kind = Kind::kSetIdProgram, .name = directory / "p", .content = "text", .mode = 0755};
  ASSERT_EQ(Make(program), 0);
  struct stat status = {};
  ASSERT_EQ(::lstat(program.name.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 04755U);
  EXPECT_EQ(status.st_uid, kPlantedOwner);
  EXPECT_EQ(testing::TextOf(program.name), "text");
  EXPECT_EQ(Remove(program), 0);
  EXPECT_FALSE(testing::Exists(program.name));
}

TEST(Kept, CapableProgramHasNoCapabilityInEffect) {
  if (!IsPrivileged()) GTEST_SKIP() << "run as root to give a file capabilities";
  const testing::TempDir directory;
  const KeptObject program{
      .kind = Kind::kCapableProgram, .name = directory / "p", .content = "text", .mode = 0755};
  const int error = Make(program);
  if (error == EOPNOTSUPP) GTEST_SKIP() << "files have no capabilities here";
  ASSERT_EQ(error, 0);
  vfs_cap_data data = {};
  EXPECT_GT(::getxattr(program.name.c_str(), "security.capability", &data, sizeof data), 0);
  EXPECT_EQ(data.magic_etc & VFS_CAP_FLAGS_EFFECTIVE, 0U);
  EXPECT_NE(data.data[0].permitted, 0U);
  EXPECT_EQ(ModeOf(program.name), 0755U);
  EXPECT_EQ(Remove(program), 0);
}

TEST(Kept, DirectoryHasItsModeAndStaysWhileItHoldsSomething) {
  const testing::TempDir directory;
  const KeptObject made{.kind = Kind::kDirectory, .name = directory / "d", .mode = 0711};
  EXPECT_EQ(Make(made), 0);
  EXPECT_EQ(ModeOf(made.name), 0711U);
  EXPECT_EQ(Make(made), EEXIST);
  const std::string inner = directory.Write("d/theirs", "");
  EXPECT_EQ(Remove(made), ENOTEMPTY);
  EXPECT_EQ(::unlink(inner.c_str()), 0);
  EXPECT_EQ(Remove(made), 0);
}

TEST(Kept, WhatTheHarnessFillsIsOnlyRemoved) {
  const testing::TempDir directory;
  const KeptObject socket{.kind = Kind::kOthers, .name = directory / "socket"};
  EXPECT_EQ(Make(socket), 0);
  EXPECT_FALSE(testing::Exists(socket.name));
  EXPECT_EQ(Remove(socket), ENOENT);
}

TEST(Kept, SharedMemoryHoldsItsContentAndGoes) {
  const KeptObject shm{.kind = Kind::kSysvShm, .name = RandomKey(), .content = "nonce"};
  ASSERT_EQ(Make(shm), 0);
  EXPECT_EQ(Make(shm), EEXIST);
  const int id = ::shmget(Number(shm.name), 0, 0);
  const void* memory = ::shmat(id, nullptr, SHM_RDONLY);
  EXPECT_STREQ(static_cast<const char*>(memory), "nonce");
  ::shmdt(memory);
  EXPECT_EQ(Remove(shm), 0);
  EXPECT_EQ(::shmget(Number(shm.name), 0, 0), -1);
}

TEST(Kept, SemaphoreGoes) {
  const KeptObject sem{.kind = Kind::kSysvSem, .name = RandomKey()};
  ASSERT_EQ(Make(sem), 0);
  EXPECT_EQ(Make(sem), EEXIST);
  EXPECT_EQ(::semctl(::semget(Number(sem.name), 0, 0), 0, GETVAL), 7);
  EXPECT_EQ(Remove(sem), 0);
  EXPECT_EQ(::semget(Number(sem.name), 0, 0), -1);
}

TEST(Kept, MessageQueueGoes) {
  const KeptObject msg{.kind = Kind::kSysvMsg, .name = RandomKey()};
  ASSERT_EQ(Make(msg), 0);
  EXPECT_EQ(Make(msg), EEXIST);
  EXPECT_EQ(Remove(msg), 0);
  EXPECT_EQ(::msgget(Number(msg.name), 0), -1);
}

TEST(Kept, PosixMessageQueueGoes) {
  const KeptObject mq{.kind = Kind::kPosixMq, .name = "/sp-test-" + RandomHex(6), .mode = 0666};
  const int error = Make(mq);
  if (error == ENOSYS) GTEST_SKIP() << "this kernel lacks POSIX message queues";
  ASSERT_EQ(error, 0);
  EXPECT_EQ(Make(mq), EEXIST);
  EXPECT_EQ(Remove(mq), 0);
  EXPECT_EQ(::mq_open(mq.name.c_str(), O_RDONLY), -1);
}

TEST(Kept, RemovesNothingTwice) {
  const std::string key = RandomKey();
  EXPECT_EQ(Remove({.kind = Kind::kSysvShm, .name = key}), ENOENT);
  EXPECT_EQ(Remove({.kind = Kind::kSysvSem, .name = key}), ENOENT);
  EXPECT_EQ(Remove({.kind = Kind::kSysvMsg, .name = key}), ENOENT);
  EXPECT_EQ(Remove({.kind = Kind::kPosixMq, .name = "/sp-test-absent-" + key}), ENOENT);
  EXPECT_EQ(Remove({.kind = Kind::kFile, .name = "/sp-test-absent-" + key}), ENOENT);
}

TEST(JournalLine, NamesWhatIsToBeRemovedWhateverItsBytes) {
  for (const Kind kind : {Kind::kDirectory, Kind::kFile, Kind::kOthers, Kind::kSysvShm,
                          Kind::kSysvSem, Kind::kSysvMsg, Kind::kPosixMq, Kind::kOthersQueue,
                          Kind::kSetIdProgram, Kind::kCapableProgram}) {
    const KeptObject object{.kind = kind, .name = "/tmp/a b\n\xff%"};
    std::string line = JournalLine(object);
    ASSERT_TRUE(line.ends_with('\n'));
    line.pop_back();
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const std::optional<KeptObject> parsed = ParseJournalLine(line);
    ASSERT_TRUE(parsed) << line;
    EXPECT_EQ(parsed->kind, kind);
    EXPECT_EQ(parsed->name, object.name);
  }
}

TEST(JournalLine, IsNotParsedFromAnythingElse) {
  for (const char* line : {"", "file", "file ", " /x", "files /x", "file /x y", "file %",
                           "file %zz", "FILE /x", "file\t/x"}) {
    EXPECT_FALSE(ParseJournalLine(line)) << line;
  }
}

}  // namespace
}  // namespace sandproof
