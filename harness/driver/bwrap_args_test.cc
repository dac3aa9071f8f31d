#include "harness/driver/bwrap_args.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

using WordList = std::vector<std::string>;

std::vector<std::string> Shown(const BwrapArguments& arguments) {
  std::vector<std::string> shown;
  for (const BwrapOption& option : arguments.options) shown.push_back(option.ToString());
  return shown;
}

std::string ErrorOf(const WordList& words, const std::optional<BwrapFiles>& files = BwrapFiles{}) {
  const Result<BwrapArguments> parsed = ParseBwrapArguments(words, files);
  return parsed ? "" : parsed.error().message;
}

TEST(BwrapArgs, OptionsTakeTheirOperands) {
  const WordList words = {"--unshare-pid", "--ro-bind", "/usr", "/usr", "--tmpfs", "/tmp", "sh"};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(words, BwrapFiles{});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(Shown(*parsed), (WordList{"--unshare-pid", "--ro-bind /usr /usr", "--tmpfs /tmp"}));
}

TEST(BwrapArgs, OverlaysOf0_11AreKnown) {
  const WordList words = {"--overlay-src", "/a", "--overlay", "/rw", "/work", "/d", "--argv0", "x"};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(words, BwrapFiles{});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(Shown(*parsed), (WordList{"--overlay-src /a", "--overlay /rw /work /d", "--argv0 x"}));
}

TEST(BwrapArgs, CommandFollowsTheDashes) {
  const WordList words = {"--unshare-pid", "--", "sh", "--unshare-net"};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(words, BwrapFiles{});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->end, 1U);
  EXPECT_EQ(parsed->command, 2U);
}

TEST(BwrapArgs, CommandWithoutDashesEndsTheOptions) {
  const WordList words = {"--unshare-pid", "sh", "--unshare-net"};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(words, BwrapFiles{});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->end, 1U);
  EXPECT_EQ(parsed->command, 1U);
}

TEST(BwrapArgs, OperandThatLooksLikeAnOptionIsAnOperand) {
  const WordList words = {"--setenv", "OPTS", "--unshare-net", "sh"};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(words, BwrapFiles{});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(Shown(*parsed), (WordList{"--setenv OPTS --unshare-net"}));
}

TEST(BwrapArgs, UnknownOptionIsRefusedWithTheNearest) {
  EXPECT_EQ(ErrorOf({"--ro-bnd", "/usr", "/usr", "sh"}),
            "bwrap has no option --ro-bnd; the nearest is --ro-bind");
}

TEST(BwrapArgs, MissingOperandIsRefused) {
  EXPECT_EQ(ErrorOf({"--ro-bind", "/usr"}), "bwrap --ro-bind takes 2 operands, and 1 follows");
}

TEST(BwrapArgs, OptionsOfAFileStandWhereArgsStands) {
  const WordList words = {"--unshare-pid", "--args", "9", "--unshare-net", "sh"};
  const BwrapFiles files = {{9, JoinBwrapFile({"--tmpfs", "/tmp"})}};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(words, files);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(Shown(*parsed),
            (WordList{"--unshare-pid", "--args 9", "--tmpfs /tmp", "--unshare-net"}));
}

TEST(BwrapArgs, PositionInAFileIsCountedInTheFile) {
  const BwrapFiles files = {{9, JoinBwrapFile({"--unshare-pid", "--tmpfs", "/tmp"})}};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(WordList{"--args", "9", "sh"}, files);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->options.back().position.file, 9);
  EXPECT_EQ(parsed->options.back().position.index, 1U);
}

TEST(BwrapArgs, CommandInAFileIsIgnored) {
  const BwrapFiles files = {{9, JoinBwrapFile({"--unshare-pid", "true", "--bogus"})}};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(WordList{"--args", "9", "sh"}, files);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(Shown(*parsed), (WordList{"--args 9", "--unshare-pid"}));
  EXPECT_EQ(parsed->command, 2U);
}

TEST(BwrapArgs, FilesAreFoundWithoutTheirContent) {
  const WordList words = {"--args", "9", "--args", "10", "sh"};
  const Result<BwrapArguments> parsed = ParseBwrapArguments(words, std::nullopt);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->files, (std::vector<int>{9, 10}));
}

TEST(BwrapArgs, ArgsInAFileIsRefused) {
  EXPECT_EQ(ErrorOf({"--args", "9", "sh"}, BwrapFiles{{9, JoinBwrapFile({"--args", "10"})}}),
            "bwrap refuses --args in an --args file");
}

TEST(BwrapArgs, MissingContentIsOurFault) {
  const Result<BwrapArguments> parsed =
      ParseBwrapArguments(WordList{"--args", "9", "sh"}, BwrapFiles{});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInternal);
}

TEST(BwrapArgs, ArgsWithoutANumberIsRefused) {
  EXPECT_EQ(ErrorOf({"--args", "nine", "sh"}), "bwrap --args nine: not a descriptor's number");
}

TEST(BwrapArgs, TooManyWordsAreRefused) {
  const std::string content = JoinBwrapFile(WordList(9000, "--unshare-pid"));
  EXPECT_EQ(ErrorOf({"--args", "9", "sh"}, BwrapFiles{{9, content}}),
            "bwrap takes no more than 9000 arguments");
}

TEST(BwrapArgs, LastWordOfAFileNeedsNoNul) {
  EXPECT_EQ(SplitBwrapFile(std::string_view("--dir\0/a", 8)), (WordList{"--dir", "/a"}));
}

TEST(BwrapArgs, EmptyWordsOfAFileAreKept) {
  EXPECT_EQ(SplitBwrapFile(std::string_view("--setenv\0A\0\0", 12)),
            (WordList{"--setenv", "A", ""}));
}

TEST(BwrapArgs, DescriptorIsADecimalNumber) {
  EXPECT_EQ(ParseDescriptor("9"), 9);
  EXPECT_EQ(ParseDescriptor("9x"), -1);
  EXPECT_EQ(ParseDescriptor("-1"), -1);
  EXPECT_EQ(ParseDescriptor(""), -1);
}

}  // namespace
}  // namespace sandproof
