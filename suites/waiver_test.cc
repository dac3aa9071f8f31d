#include "suites/waiver.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

constexpr std::string_view kToday = "2026-11-24";
const Property kWritable{.id = "fs.ro.open_write"};
const Judgement kFail{Verdict::kFail, "reached", "open(/app/x): reached"};

Waiver Until(std::string until, std::string property = "fs.ro.open_write") {
  return {.property = std::move(property),
          .reason = "no flag against it",
          .owner = "ops",
          .until = std::move(until)};
}

Check At(std::string subject = "/app") {
  return {.property = &kWritable, .subject = std::move(subject)};
}

// What becomes of a judgement under one waiver, and what is warned of.
struct Applied {
  Judgement judgement = {};
  bool is_used = false;
  std::vector<std::string> warnings = {};
};

Applied Apply(const Waiver& waiver, const Check& check = At(), const Judgement& judged = kFail) {
  Waivers waivers(std::span(&waiver, 1), kToday);
  std::optional<Waiver> used;
  Applied applied{.judgement = waivers.Apply(check, judged, used)};
  applied.is_used = used == waiver;
  applied.warnings = waivers.Warnings();
  return applied;
}

TEST(Waivers, WaiveAFailureWithReasonOwnerAndDay) {
  const Applied applied = Apply(Until("2027-01-31"));
  EXPECT_EQ(applied.judgement,
            (Judgement{Verdict::kWaived, "waived", "no flag against it (ops, until 2027-01-31)"}));
  EXPECT_TRUE(applied.is_used);
  EXPECT_TRUE(applied.warnings.empty());
}

TEST(Waivers, HoldOnTheirLastDay) {
  EXPECT_EQ(Apply(Until("2026-11-24")).judgement.verdict, Verdict::kWaived);
}

TEST(Waivers, FailFromTheDayAfter) {
  const Applied applied = Apply(Until("2026-11-23"));
  EXPECT_EQ(applied.judgement, (Judgement{Verdict::kFail, "waiver_expired",
                                          "open(/app/x): reached (its waiver ended on "
                                          "2026-11-23)"}));
  EXPECT_EQ(applied.warnings,
            (std::vector<std::string>{"the waiver of fs.ro.open_write ended on 2026-11-23"}));
}

// A date that cannot be read has ended: nothing may hold for longer than was meant.
TEST(Waivers, WithAnUnreadableDateHaveEnded) {
  for (const char* date : {"", "soon", "2026-13-01", "2026-02-30", "24.11.2099", "2099-1-1"}) {
    EXPECT_EQ(Apply(Until(date)).judgement.reason, "waiver_expired") << date;
  }
}

TEST(Waivers, TouchNothingButFailures) {
  for (const Verdict verdict : {Verdict::kPass, Verdict::kInconclusive, Verdict::kSkipped}) {
    const Judgement judgement{verdict, "some", "some words"};
    const Applied applied = Apply(Until("2027-01-31"), At(), judgement);
    EXPECT_EQ(applied.judgement, judgement);
    EXPECT_FALSE(applied.is_used);
  }
}

TEST(Waivers, WarnFromFourteenDaysBeforeTheirEnd) {
  EXPECT_TRUE(Apply(Until("2026-12-09")).warnings.empty());
  EXPECT_EQ(Apply(Until("2026-12-08")).warnings,
            (std::vector<std::string>{
                "the waiver of fs.ro.open_write ends on 2026-12-08, in 14 days; owner: ops"}));
  EXPECT_EQ(Apply(Until("2026-11-24")).warnings.size(), 1U);
}

TEST(Waivers, WarnWhenNothingThatTheyCoverFailed) {
  const Applied applied = Apply(Until("2027-01-31"), At(), {Verdict::kPass, "denied", "EROFS"});
  ASSERT_EQ(applied.warnings.size(), 1U);
  EXPECT_EQ(applied.warnings[0],
            "the waiver of fs.ro.open_write is unused: nothing that it covers failed; remove it");
}

TEST(Waivers, WithoutASubjectCoverEverySubject) {
  EXPECT_EQ(Apply(Until("2027-01-31"), At("/app")).judgement.verdict, Verdict::kWaived);
  EXPECT_EQ(Apply(Until("2027-01-31"), At("/etc")).judgement.verdict, Verdict::kWaived);
}

TEST(Waivers, WithASubjectCoverOnlyThatOne) {
  const Waiver waiver = Until("2027-01-31", "fs.ro.open_write[/app]");
  EXPECT_EQ(Apply(waiver, At("/app")).judgement.verdict, Verdict::kWaived);
  EXPECT_EQ(Apply(waiver, At("/application")).judgement, kFail);
  EXPECT_EQ(Apply(waiver, At("")).judgement, kFail);
}

TEST(Waivers, CoverNoPrefix) {
  for (const char* property : {"fs", "fs.ro", "fs.ro.open_writ", "fs.ro.open_write[", ""}) {
    EXPECT_EQ(Apply(Until("2027-01-31", property)).judgement, kFail) << property;
  }
}

// One subject's waiver must go on to hold when the general one has ended.
TEST(Waivers, OneThatHoldsGoesBeforeOneThatEnded) {
  const std::vector<Waiver> both = {Until("2026-01-01"),
                                    Until("2027-01-31", "fs.ro.open_write[/app]")};
  Waivers waivers(both, kToday);
  std::optional<Waiver> used;
  EXPECT_EQ(waivers.Apply(At(), kFail, used).verdict, Verdict::kWaived);
  EXPECT_EQ(used, both[1]);
}

TEST(DaysBetween, CountsCalendarDays) {
  EXPECT_EQ(DaysBetween("2026-11-24", "2026-11-24"), 0);
  EXPECT_EQ(DaysBetween("2026-12-31", "2027-01-01"), 1);
  EXPECT_EQ(DaysBetween("2027-01-01", "2026-12-31"), -1);
  EXPECT_EQ(DaysBetween("2026-02-28", "2026-03-01"), 1);
  EXPECT_EQ(DaysBetween("2028-02-28", "2028-03-01"), 2);
  EXPECT_EQ(DaysBetween("2000-01-01", "2100-01-01"), 36525);
}

TEST(DaysBetween, KnowsWhatIsNoDate) {
  for (const char* text :
       {"", "2026", "2026-11-31", "2027-02-29", "2026-00-01", "2026-01-00", "2026/11/24",
        "2026-11-24 ", " 2026-11-24", "2026-11-2x", "+026-11-24", "2026-11-240"}) {
    EXPECT_EQ(DaysBetween("2026-11-24", text), std::nullopt) << text;
    EXPECT_EQ(DaysBetween(text, "2026-11-24"), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sandproof
