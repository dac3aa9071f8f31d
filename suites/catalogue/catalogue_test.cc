#include "suites/catalogue/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <set>
#include <string>

namespace sandproof {

namespace {

constexpr Profile kProfiles[] = {Profile::kStrict, Profile::kService, Profile::kAgent};

bool IsExpectedAnywhere(const Property& property, Expectation expectation) {
  return std::any_of(std::begin(kProfiles), std::end(kProfiles),
                     [&](Profile profile) { return ExpectedIn(property, profile) == expectation; });
}

bool IsWord(std::string_view word) {
  return !word.empty() && std::islower(static_cast<unsigned char>(word.front())) != 0 &&
         std::all_of(word.begin(), word.end(), [](unsigned char c) {
           return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
         });
}

// "fs.ro.open_write": at least two words with dots between them.
bool IsDottedLowerSnake(std::string_view id) {
  int words = 0;
  for (std::size_t at = 0; at <= id.size(); ++words) {
    const std::size_t dot = std::min(id.find('.', at), id.size());
    if (!IsWord(id.substr(at, dot - at))) return false;
    at = dot + 1;
  }
  return words >= 2;
}

bool IsPositiveErrno(int error) { return error > 0 && !ErrnoName(error).starts_with("errno "); }

}  // namespace

TEST(Catalogue, HasRecords) { EXPECT_GT(Catalogue().size(), 100U); }

TEST(Catalogue, IdsAreUnique) {
  std::set<std::string_view> ids;
  for (const Property& property : Catalogue()) {
    EXPECT_TRUE(ids.insert(property.id).second) << property.id;
  }
}

TEST(Catalogue, IdsAreDottedLowerSnake) {
  for (const Property& property : Catalogue()) {
    EXPECT_TRUE(IsDottedLowerSnake(property.id)) << property.id;
  }
}

TEST(Catalogue, EveryIdIsFound) {
  for (const Property& property : Catalogue()) {
    EXPECT_EQ(FindProperty(property.id), &property) << property.id;
  }
  EXPECT_EQ(FindProperty("no.such_property"), nullptr);
}

TEST(Catalogue, EveryRecordExplainsItself) {
  for (const Property& property : Catalogue()) {
    EXPECT_TRUE(property.claim.ends_with('.')) << property.id;
    EXPECT_TRUE(property.why.ends_with('.')) << property.id;
    EXPECT_NE(property.probe.find('/'), std::string_view::npos) << property.id;
    EXPECT_FALSE(property.source.empty()) << property.id;
  }
}

// A denial counts only if somebody thought about which errnos mean it.
TEST(Catalogue, AttemptsThatMayBeBlockedNameTheirDenials) {
  for (const Property& property : Catalogue()) {
    if (property.fact || property.control == ControlAs::kNothing) continue;
    EXPECT_FALSE(property.denied_by.empty() && property.denied_by_signal.empty()) << property.id;
  }
}

TEST(Catalogue, DenialsAreErrnosOfTheKernel) {
  for (const Property& property : Catalogue()) {
    for (const int error : property.denied_by) EXPECT_TRUE(IsPositiveErrno(error)) << property.id;
    for (const int error : property.reached_by) EXPECT_TRUE(IsPositiveErrno(error)) << property.id;
    for (const int error : property.absent_by) EXPECT_TRUE(IsPositiveErrno(error)) << property.id;
  }
}

// Limits say nothing about isolation: a process without a free descriptor is refused everything.
TEST(Catalogue, NoLimitIsADenial) {
  for (const Property& property : Catalogue()) {
    if (property.exhausts) continue;
    for (const int error : {EMFILE, ENFILE, ENOMEM, EAGAIN, EINTR, EFAULT}) {
      EXPECT_EQ(std::count(property.denied_by.begin(), property.denied_by.end(), error), 0)
          << property.id << ' ' << ErrnoName(error);
    }
  }
}

// What a filter may kill for, it may refuse as well, in whatever errno its author chose.
TEST(Catalogue, WhereAFilterCountsSoDoesWhatItSays) {
  const auto has = [](const std::vector<int>& list, int error) {
    return std::ranges::find(list, error) != list.end();
  };
  for (const Property& property : Catalogue()) {
    if (!has(property.denied_by_signal, SIGSYS)) continue;
    for (const int error : {EPERM, EACCES, ENOSYS}) {
      EXPECT_TRUE(has(property.denied_by, error) || has(property.nothing_inside, error) ||
                  has(property.reached_by, error))
          << property.id << ' ' << ErrnoName(error);
    }
  }
}

// What is tried only on demand says so in one place, and no other probe takes all it is given.
TEST(Catalogue, WhatExhaustsIsWhatHitsLimits) {
  for (const Property& property : Catalogue()) {
    EXPECT_EQ(property.exhausts, property.probe.starts_with("limit/")) << property.id;
  }
}

TEST(Catalogue, NoErrnoIsBothDenialAndReach) {
  for (const Property& property : Catalogue()) {
    for (const int error : property.reached_by) {
      EXPECT_EQ(std::count(property.denied_by.begin(), property.denied_by.end(), error), 0)
          << property.id << ' ' << ErrnoName(error);
    }
  }
}

// A real-time clock has one owner at a time, and who is told so was let in.
TEST(Catalogue, ADeviceThatIsInUseIsNoDeviceThatIsRefused) {
  int count = 0;
  for (const Property& property : Catalogue()) {
    if (property.probe != "dev/open_device") continue;
    ++count;
    EXPECT_EQ(property.reached_by, std::vector<int>{EBUSY}) << property.id;
  }
  EXPECT_GT(count, 0);
}

TEST(Catalogue, FactsAreRequiredOrNotAsserted) {
  for (const Property& property : Catalogue()) {
    if (!property.fact) continue;
    EXPECT_FALSE(IsExpectedAnywhere(property, Expectation::kBlocked)) << property.id;
    EXPECT_FALSE(IsExpectedAnywhere(property, Expectation::kAllowed)) << property.id;
    EXPECT_FALSE(property.fact->fact.empty()) << property.id;
  }
}

TEST(Catalogue, AttemptsAreNeverRequired) {
  for (const Property& property : Catalogue()) {
    if (property.fact) continue;
    EXPECT_FALSE(IsExpectedAnywhere(property, Expectation::kRequired)) << property.id;
  }
}

TEST(Catalogue, EqualFactsHaveAValueToEqual) {
  for (const Property& property : Catalogue()) {
    if (!property.fact || property.fact->comparison != Comparison::kEquals) continue;
    EXPECT_FALSE(property.fact->values.empty()) << property.id;
  }
}

// No control, no pass: only what must get through may do without one.
TEST(Catalogue, BlockedAttemptsHaveAControl) {
  for (const Property& property : Catalogue()) {
    if (!IsExpectedAnywhere(property, Expectation::kBlocked)) continue;
    EXPECT_NE(property.control, ControlAs::kNothing) << property.id;
  }
}

TEST(Catalogue, ComparedFactsHaveAControl) {
  for (const Property& property : Catalogue()) {
    if (!property.fact) continue;
    const bool is_compared = property.fact->comparison == Comparison::kDiffersFromOutside ||
                             property.fact->comparison == Comparison::kNothingMore;
    if (!is_compared) continue;
    EXPECT_NE(property.control, ControlAs::kNothing) << property.id;
  }
}

TEST(Catalogue, OnlyCanariesWitness) {
  for (const Property& property : Catalogue()) {
    EXPECT_FALSE(property.witnessed && property.canary == Canary::kNone) << property.id;
    EXPECT_FALSE(property.timeout_is_denial && !property.witnessed) << property.id;
  }
}

TEST(Catalogue, WhatTheHarnessReadsIsNotExercised) {
  for (const Property& property : Catalogue()) {
    EXPECT_EQ(property.probe.starts_with("host/"), property.grade != Grade::kExercised)
        << property.id;
  }
}

TEST(Catalogue, GraveFindingsSayHowToFixThem) {
  for (const Property& property : Catalogue()) {
    if (property.severity < Severity::kHigh) continue;
    EXPECT_FALSE(RemedyFor(property, "bwrap").empty()) << property.id;
  }
}

TEST(Catalogue, EveryAssertedPropertyIsAssertedInStrict) {
  for (const Property& property : Catalogue()) {
    if (property.expect.service == Expectation::kBlocked ||
        property.expect.service == Expectation::kRequired) {
      EXPECT_NE(property.expect.strict, Expectation::kAny) << property.id;
    }
  }
}

TEST(Property, NamesOfProfilesAndExpectationsCanBeParsed) {
  for (const Profile profile : kProfiles) EXPECT_EQ(ParseProfile(Name(profile)), profile);
  for (const Expectation expectation :
       {Expectation::kBlocked, Expectation::kAllowed, Expectation::kRequired, Expectation::kAny}) {
    EXPECT_EQ(ParseExpectation(Name(expectation)), expectation);
  }
  EXPECT_EQ(ParseProfile("lenient"), std::nullopt);
  EXPECT_EQ(ParseExpectation(""), std::nullopt);
}

TEST(Property, NamesErrnosAndSignals) {
  EXPECT_EQ(ErrnoName(EACCES), "EACCES");
  EXPECT_EQ(ErrnoName(4095), "errno 4095");
  EXPECT_EQ(ErrnoName(0), "errno 0");
  EXPECT_EQ(SignalName(SIGSYS), "SIGSYS");
  EXPECT_EQ(SignalName(0), "signal 0");
}

TEST(Property, FamilyIsTheFirstPartOfTheId) {
  Property property;
  property.id = "fs.ro.open_write";
  EXPECT_EQ(Family(property), "fs");
}

TEST(Property, RemedyOfTheDriverComesBeforeTheGeneralOne) {
  Property property;
  property.remedy = {{"command", "general"}, {"bwrap", "special"}};
  EXPECT_EQ(RemedyFor(property, "bwrap"), "special");
  EXPECT_EQ(RemedyFor(property, "podman"), "general");
  EXPECT_EQ(RemedyFor(Property(), "bwrap"), "");
}

}  // namespace sandproof
