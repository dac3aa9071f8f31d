#include "probes/wire/mount_id.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace sandproof {
namespace {

TEST(MountIdOf, IsWhatTheMountTableSays) {
  const unsigned long long proc = MountIdOf("/proc");
  std::string seen;
  std::ifstream table("/proc/self/mountinfo");
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, point;
    words >> id >> parent >> device >> root >> point;
    if (id == std::to_string(proc)) seen = point;
  }
  EXPECT_EQ(seen, "/proc");
  EXPECT_NE(MountIdOf("/"), proc);
}

TEST(MountIdOf, IsZeroWhereNothingIs) { EXPECT_EQ(MountIdOf("/proc/nothing/here"), 0U); }

}  // namespace
}  // namespace sandproof
