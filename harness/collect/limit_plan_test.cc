#include "harness/collect/limit_plan.h"

#include <gtest/gtest.h>

#include "suites/catalogue/catalogue.h"

namespace sandproof {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

HostRoom LargeHost() {
  return {.memory = 64 * kGiB,
          .tasks = 30000,
          .tasks_there = 400,
          .open_files = 20000,
          .disk = 100 * kGiB,
          .processors = 4};
}

LimitAsk PlanOf(const char* id, const LimitKnown& known, const HostRoom& room = LargeHost()) {
  return PlanLimit(*FindProperty(id), known, room);
}

TEST(LimitPlan, PassesTheDeclaredLimitByALittle) {
  const LimitAsk ask = PlanOf("cgroup.pids_limit_enforced", {.declared = {.pids = 64}});
  EXPECT_EQ(ask.declared, 64U);
  EXPECT_EQ(ask.most, 80U);
  EXPECT_EQ(ask.params.at("most"), "80");
  EXPECT_EQ(ask.unasked, "");
}

TEST(LimitPlan, GoesByTheCgroupWhereNothingIsDeclared) {
  const LimitAsk ask = PlanOf("cgroup.pids_limit_enforced",
                              {.pids = CgroupLimit{.value = 2000, .file = "/pids.max"}});
  EXPECT_EQ(ask.declared, 0U);
  EXPECT_EQ(ask.most, 2250U);
}

TEST(LimitPlan, TakesNoMoreThanAQuarterOfWhatIsFree) {
  HostRoom room = LargeHost();
  room.memory = 400 * kMiB;
  room.tasks = 400;
  EXPECT_EQ(PlanOf("cgroup.memory_limit_enforced", {}, room).most, 100 * kMiB);
  EXPECT_EQ(PlanOf("cgroup.pids_limit_enforced", {}, room).most, 100U);
}

TEST(LimitPlan, NeverTakesMoreThanTheCaps) {
  EXPECT_EQ(PlanOf("cgroup.memory_limit_enforced", {}).most, 512 * kMiB);
  const LimitAsk large = PlanOf("cgroup.memory_limit_enforced", {.declared = {.memory = 8 * kGiB}});
  EXPECT_EQ(large.most, 2 * kGiB);
}

// A limit that is too high to be hit is not shown, and must not look like none.
TEST(LimitPlan, SaysWhatItCannotHit) {
  const LimitAsk declared =
      PlanOf("cgroup.memory_limit_enforced", {.declared = {.memory = 8 * kGiB}});
  EXPECT_EQ(declared.unasked,
            "the limit that is declared is 8589934592 bytes, and no more than 2147483648 can be "
            "taken here to hit it, which is what this host can spare");
  const LimitAsk read = PlanOf("cgroup.memory_limit_enforced",
                               {.memory = CgroupLimit{.value = 8 * kGiB, .file = "/memory.max"}});
  EXPECT_NE(read.unasked.find("the limit in /memory.max is 8589934592"), std::string::npos);
}

TEST(LimitPlan, AsksNothingOfAHostThatHasNothingToSpare) {
  HostRoom room = LargeHost();
  room.memory = 8 * kMiB;
  EXPECT_NE(PlanOf("cgroup.memory_limit_enforced", {}, room).unasked, "");
  EXPECT_NE(PlanOf("fs.tmpfs_limit_enforced", {.size = 16 * kMiB}, room).unasked, "");
}

TEST(LimitPlan, AFreshFileSystemHasTheSizeOfItsLine) {
  EXPECT_EQ(PlanOf("fs.tmpfs_limit_enforced", {.size = 64 * kMiB}).declared, 64 * kMiB);
  EXPECT_EQ(PlanOf("fs.tmpfs_limit_enforced", {.declared = {.tmpfs = 16 * kMiB}, .size = 64 * kMiB})
                .declared,
            16 * kMiB);
}

// The control must reach it, so it is what whoever launches has.
TEST(LimitPlan, DescriptorsGoUpToOurOwnLimit) {
  EXPECT_EQ(PlanOf("rlimit.nofile_enforced", {}).most, 20000U - 64);
}

TEST(LimitPlan, UsesEnoughProcessorsToPassAQuota) {
  EXPECT_EQ(PlanOf("cgroup.cpu_limit_enforced", {.declared = {.cpus = 0.4}}).unasked, "");
  HostRoom room = LargeHost();
  room.processors = 1;
  const LimitAsk ask = PlanOf("cgroup.cpu_limit_enforced", {.declared = {.cpus = 1}}, room);
  EXPECT_EQ(ask.not_applicable,
            "the 1 processors of this host are too few to tell 1 of them from all");
}

TEST(LimitPlan, AQuotaCanBeUsedOnceMoreThanItsPeriodsFit) {
  EXPECT_NEAR(MostSpinMs(0.5, 300, 100), 210, 0.001);
}

}  // namespace
}  // namespace sandproof
