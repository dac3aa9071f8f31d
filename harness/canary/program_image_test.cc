// The planted program: its nonce, and what it says when somebody runs it.
#include "harness/canary/program_image.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "harness/canary/decoy.h"
#include "harness/canary/kept.h"
#include "harness/temp_dir_for_test.h"
#include "probes/wire/planted_program.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {
namespace {

// What a program writes to its standard output.
std::string OutputOf(const std::string& path) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(writer.get(), 1);
    ::execl(path.c_str(), path.c_str(), nullptr);
    ::_exit(1);
  }
  writer.reset();
  std::string text(256, '\0');
  const ssize_t got = ::read(reader.get(), text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  ::waitpid(child, nullptr, 0);
  return text;
}

TEST(ProgramImage, HasTheNonceInThePlaceForIt) {
  const std::string nonce = RandomHex(16);
  const std::string image = ProgramImage(nonce);
  EXPECT_NE(image.find(nonce), std::string::npos);
  EXPECT_EQ(image.find(kPlantedNonce.text), std::string::npos);
  EXPECT_LT(image.size(), 4096U);
}

TEST(ProgramImage, AnswersWithItsNonceAndItsCredentials) {
  const testing::TempDir directory;
  const std::string nonce = RandomHex(16);
  const KeptObject program{.name = directory / "p", .content = ProgramImage(nonce), .mode = 0755};
  ASSERT_EQ(Make(program), 0);
  PlantedAnswer answer = {};
  const std::string said = OutputOf(program.name);
  ASSERT_EQ(said.size(), sizeof answer);
  std::memcpy(&answer, said.data(), sizeof answer);
  EXPECT_EQ(std::string(answer.nonce, sizeof answer.nonce), nonce);
  EXPECT_EQ(answer.effective_uid, ::geteuid());
  EXPECT_EQ(answer.effective_gid, ::getegid());
}

TEST(ProgramImage, AnswersAsItsOwnerWhereTheBitIsHeeded) {
  if (::geteuid() != 0) GTEST_SKIP() << "run as root to give a file away";
  const testing::TempDir directory;
  const KeptObject program{.kind = KeptObject::Kind::kSetIdProgram,
                           .name = directory / "p",
                           .content = ProgramImage(RandomHex(16)),
                           .mode = 0755};
  ASSERT_EQ(Make(program), 0);
  PlantedAnswer answer = {};
  const std::string said = OutputOf(program.name);
  ASSERT_EQ(said.size(), sizeof answer);
  std::memcpy(&answer, said.data(), sizeof answer);
  if (answer.effective_uid == 0) GTEST_SKIP() << "the temporary directory is nosuid";
  EXPECT_EQ(answer.effective_uid, kPlantedOwner);
}

}  // namespace
}  // namespace sandproof
