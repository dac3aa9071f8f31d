#include "harness/collect/told.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/child_for_test.h"
#include "harness/temp_dir_for_test.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {
namespace {

// A child that has done something and waits to be looked at.
class Child {
 public:
  template <typename Do>
  explicit Child(Do action) {
    int ends[2] = {-1, -1};
    is_there_ = ::pipe2(ends, O_CLOEXEC) == 0;
    if (child_.Fork() == 0) {
      const char outcome = action() ? 'y' : 'n';
      static_cast<void>(::write(ends[1], &outcome, 1));
      for (;;) ::pause();
    }
    const UniqueFd read(ends[0]);
    const UniqueFd write(ends[1]);
    char outcome = 'n';
    is_there_ = is_there_ && ::read(read.get(), &outcome, 1) == 1 && outcome == 'y';
  }

  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  [[nodiscard]] bool is_there() const { return is_there_; }

 private:
  testing::KeptChild child_ = {};
  bool is_there_ = false;
};

TEST(Told, SaysNothingOfMountsToOneThatCanReadThem) {
  const Child child([] { return true; });
  EXPECT_EQ(MountinfoToTell(child.pid()), "");
}

// chroot(2) into a directory that is no mount point, whose name the kernel would escape.
TEST(Told, SaysWhichMountARootLiesIn) {
  const testing::TempDir directory;
  const std::string root = directory / "a b";
  ASSERT_EQ(::mkdir(root.c_str(), 0755), 0);
  const Child child([&] { return ::chroot(root.c_str()) == 0; });
  if (!child.is_there()) GTEST_SKIP() << "run as root to change the root";
  const std::string told = MountinfoToTell(child.pid());
  EXPECT_NE(told.find("/a\\040b / "), std::string::npos) << told;
  EXPECT_EQ(told.find('\n'), told.size() - 1) << told;
}

TEST(Told, ListsOpenDescriptors) {
  const Child child([] { return ::dup2(0, 77) == 77; });
  ASSERT_TRUE(child.is_there());
  EXPECT_NE(("," + DescriptorsOf(child.pid()) + ",").find(",77,"), std::string::npos);
}

TEST(Told, SaysNothingOfAProcessThatIsGone) {
  Request request;
  TellFromOutside(1 << 22, request);
  EXPECT_TRUE(request.params.empty());
}

}  // namespace
}  // namespace sandproof
