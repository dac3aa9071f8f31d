#include "harness/spec/limits.h"

#include <gtest/gtest.h>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using testing::OnlySandbox;
using testing::Refusal;
using testing::WithMembers;

TEST(SpecLimits, TakesEveryKey) {
  const LimitsSpec limits = OnlySandbox(WithMembers(R"("limits": {
      "pids": 64, "memory": "256M", "address_space": "2G", "open_files": 128, "tmpfs": 65536,
      "disk": "1T", "cpus": 0.5, "note": "n"})"))
                                .limits;
  EXPECT_EQ(limits.pids, 64U);
  EXPECT_EQ(limits.memory, 256U << 20);
  EXPECT_EQ(limits.address_space, std::uint64_t{2} << 30);
  EXPECT_EQ(limits.open_files, 128U);
  EXPECT_EQ(limits.tmpfs, 65536U);
  EXPECT_EQ(limits.disk, std::uint64_t{1} << 40);
  EXPECT_EQ(limits.cpus, 0.5);
}

TEST(SpecLimits, AreNoneByDefault) { EXPECT_EQ(OnlySandbox(WithMembers("")).limits, LimitsSpec()); }

TEST(SpecLimits, RefusesUnknownKeyAndNamesTheNearest) {
  EXPECT_EQ(Refusal(WithMembers(R"("limits": {"pid": 1})")),
            "1: sandboxes.auth.limits.pid: unknown key; did you mean \"pids\"?");
}

TEST(SpecLimits, RefusesWhatIsNoSize) {
  for (const char* size : {"\"512Mi\"", "\"M\"", "\"-1\"", "\"0\"", "\"1.5G\"", "\"\""}) {
    EXPECT_NE(Refusal(WithMembers(std::string(R"("limits": {"memory": )") + size + "}"))
                  .find("expected a number of bytes, or a string like \"512M\""),
              std::string::npos)
        << size;
  }
}

TEST(SpecLimits, RefusesWhatIsNoCount) {
  for (const char* count : {"0", "1.5", "-1", "\"64\"", "4194305", "true"}) {
    EXPECT_NE(Refusal(WithMembers(std::string(R"("limits": {"pids": )") + count + "}"))
                  .find("expected a whole number from 1 to 4194304"),
              std::string::npos)
        << count;
  }
}

TEST(SpecLimits, RefusesShareOfNoProcessor) {
  EXPECT_NE(Refusal(WithMembers(R"("limits": {"cpus": 0})")).find("a number of processors"),
            std::string::npos);
}

TEST(ParseSize, RefusesWhatDoesNotFit) {
  EXPECT_EQ(ParseSize("16777215T"), std::uint64_t{16777215} << 40);
  EXPECT_EQ(ParseSize("16777216T"), std::nullopt);
  EXPECT_EQ(ParseSize("99999999999999999999"), std::nullopt);
}

}  // namespace
}  // namespace sandproof
