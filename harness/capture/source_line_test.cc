#include "harness/capture/source_line.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

using Lines = std::vector<int>;
using Words = std::vector<std::string>;

TEST(SourceLine, IsTheOneThatNamesTheProgram) {
  const std::string script =
      "#!/bin/sh\n# bwrap comes later\necho hello\nexec bwrap --proc /proc\n";
  EXPECT_EQ(LinesThatStart(script, Words{"/usr/bin/bwrap", "--proc", "/proc"}, -1), Lines{4});
}

TEST(SourceLine, IsTheOneWithMostOfTheWords) {
  const std::string script =
      "bwrap --ro-bind /usr /usr \\\n  --unshare-net -- /bin/auth &\n"
      "bwrap --ro-bind /usr /usr \\\n  -- /bin/backend &\n";
  EXPECT_EQ(
      LinesThatStart(script, Words{"bwrap", "--ro-bind", "/usr", "/usr", "--", "/bin/backend"}, -1),
      Lines{3});
}

TEST(SourceLine, AmongEqualsIsWhatTheShellHasRead) {
  const std::string script = "bwrap $a\nbwrap $b\nbwrap $c\n";
  const Words argv = {"bwrap", "--unshare-all"};
  EXPECT_EQ(LinesThatStart(script, argv, -1), (Lines{1, 2, 3}));
  EXPECT_EQ(LinesThatStart(script, argv, 18), Lines{2});
}

TEST(SourceLine, IsNotOneThatNamesAnotherProgram) {
  EXPECT_EQ(LinesThatStart("flatpak-bwrap a\nmy_bwrap b\nbwrapper c\n", Words{"bwrap", "a"}, -1),
            Lines{});
}

TEST(SourceLine, OfAnEmptyCommandIsNone) {
  EXPECT_EQ(LinesThatStart("bwrap\n", Words{}, -1), Lines{});
}

}  // namespace
}  // namespace sandproof
