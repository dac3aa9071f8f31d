#include "harness/canary/disk_image.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

const std::string kNonce = "0123456789abcdef0123456789abcdef";

int Shell(const std::string& command) { return std::system(command.c_str()); }

TEST(DiskImage, HoldsTheNonceInItsFirstSector) {
  EXPECT_EQ(DiskImage(kNonce).substr(0, kNonce.size()), kNonce);
  EXPECT_EQ(DiskImage(kNonce).size(), 65536U);
}

// By other eyes than ours.
TEST(DiskImage, IsAFileSystemWithoutAFault) {
  const testing::TempDir directory;
  const std::string image = directory.Write("image", DiskImage(kNonce));
  EXPECT_EQ(Shell("/sbin/e2fsck -f -n " + image + " >" + image + ".log 2>&1"), 0) << [&] {
    std::ifstream log(image + ".log");
    return std::string(std::istreambuf_iterator<char>(log), {});
  }();
}

TEST(DiskImage, HoldsTheNonceInAFile) {
  const testing::TempDir directory;
  const std::string image = directory.Write("image", DiskImage(kNonce));
  const std::string dump = image + ".secret";
  ASSERT_EQ(Shell("/sbin/debugfs -R 'dump /" + std::string(kDiskSecret) + " " + dump + "' " +
                  image + " 2>/dev/null"),
            0);
  std::ifstream secret(dump);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(secret), {}), kNonce);
}

}  // namespace
}  // namespace sandproof
