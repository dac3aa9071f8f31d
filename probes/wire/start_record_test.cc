#include "probes/wire/start_record.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

StartRecord Example() {
  return {.called = "/usr/bin/bwrap",
          .program = "/usr/bin/bwrap",
          .argv = {"bwrap", "--setenv", "A", "two words\nand a line", ""},
          .env = {"PATH=/usr/bin", "BASH_FUNC_x%%=() { :; }"},
          .cwd = "/srv/a b",
          .status = "Name:\tbwrap\nUid:\t1\t2\t3\t4\nGroups:\t\n",
          .limits = "Max open files 10 20 files\n",
          .namespaces = {{"net", "net:[1]"}},
          .fds = {{.fd = 9,
                   .mode = 0100644,
                   .flags = 0100000,
                   .offset = 7,
                   .device = 2049,
                   .inode = 12,
                   .is_terminal = true,
                   .target = "/srv/a b (deleted)"}}};
}

TEST(StartRecord, SurvivesItsOwnText) { EXPECT_EQ(DecodeStart(EncodeStart(Example())), Example()); }

TEST(StartRecord, RefusesEveryCutText) {
  const std::string text = EncodeStart(Example());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(DecodeStart(text.substr(0, size))) << size;
  }
}

TEST(StartRecord, RefusesWhatFollowsTheEnd) {
  EXPECT_FALSE(DecodeStart(EncodeStart(Example()) + "arg more\n"));
}

TEST(StartRecord, RefusesAnUnknownField) {
  EXPECT_FALSE(DecodeStart("sandproof-start 1\ncolour red\nend\n"));
}

TEST(StartRecord, RefusesANegativeDescriptor) {
  EXPECT_FALSE(DecodeStart("sandproof-start 1\nfd -1 0 0 0 0 0 0 x\nend\n"));
}

TEST(StatusWords, AreThoseOfTheFieldOnly) {
  EXPECT_EQ(StatusWords(Example().status, "Uid"), (std::vector<std::string>{"1", "2", "3", "4"}));
  EXPECT_EQ(StatusWords(Example().status, "Groups"), std::vector<std::string>());
  EXPECT_EQ(StatusWords(Example().status, "Umask"), std::vector<std::string>());
}

TEST(StandIn, IsReadFromTheEndOfAFile) {
  const StandIn written{.socket = "/tmp/a b/socket",
                        .directory = "/tmp/a b",
                        .hides = {{"/usr/bin/bwrap", "/tmp/a b/real-0"}},
                        .program = std::string("\177ELF\0\n", 6)};
  const std::optional<StandIn> read = DecodeStandIn("an agent\n" + EncodeStandIn(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->socket, written.socket);
  EXPECT_EQ(read->directory, written.directory);
  EXPECT_EQ(read->hides, written.hides);
  EXPECT_EQ(read->program, written.program);
}

TEST(StandIn, IsNotFoundInAnAgentAlone) { EXPECT_FALSE(DecodeStandIn("an agent\n")); }

TEST(StandIn, RefusesSizesBeyondTheFile) {
  EXPECT_FALSE(DecodeStandIn("00000000000000ff0000000000000000SANDPROOF-STAND-IN-1\n"));
  EXPECT_FALSE(DecodeStandIn("0000000000000000ffffffffffffffffSANDPROOF-STAND-IN-1\n"));
}

}  // namespace
}  // namespace sandproof
