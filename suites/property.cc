#include "suites/property.h"

#include <array>
#include <cstring>
#include <utility>

namespace sandproof {

namespace {

// One list per enum serves both directions, so that what is printed can be parsed again.
template <typename Enum, std::size_t kCount>
using Names = std::array<std::pair<Enum, std::string_view>, kCount>;

constexpr Names<Severity, 5> kSeverities = {{{Severity::kInfo, "info"},
                                             {Severity::kLow, "low"},
                                             {Severity::kMedium, "medium"},
                                             {Severity::kHigh, "high"},
                                             {Severity::kCritical, "critical"}}};
constexpr Names<Profile, 3> kProfiles = {
    {{Profile::kStrict, "strict"}, {Profile::kService, "service"}, {Profile::kAgent, "agent"}}};
constexpr Names<Expectation, 4> kExpectations = {{{Expectation::kBlocked, "blocked"},
                                                  {Expectation::kAllowed, "allowed"},
                                                  {Expectation::kRequired, "required"},
                                                  {Expectation::kAny, "any"}}};
constexpr Names<Grade, 3> kGrades = {{{Grade::kExercised, "exercised"},
                                      {Grade::kObserved, "observed"},
                                      {Grade::kDeclared, "declared"}}};

template <typename Enum, std::size_t kCount>
std::string_view NameIn(const Names<Enum, kCount>& names, Enum wanted) {
  for (const auto& [value, name] : names) {
    if (value == wanted) return name;
  }
  return "unknown";
}

template <typename Enum, std::size_t kCount>
std::optional<Enum> ParseIn(const Names<Enum, kCount>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view Name(Severity severity) { return NameIn(kSeverities, severity); }
std::string_view Name(Profile profile) { return NameIn(kProfiles, profile); }
std::string_view Name(Expectation expectation) { return NameIn(kExpectations, expectation); }
std::string_view Name(Grade grade) { return NameIn(kGrades, grade); }

std::optional<Profile> ParseProfile(std::string_view name) { return ParseIn(kProfiles, name); }

std::optional<Expectation> ParseExpectation(std::string_view name) {
  return ParseIn(kExpectations, name);
}

Expectation ExpectedIn(const Property& property, Profile profile) {
  switch (profile) {
    case Profile::kStrict:
      return property.expect.strict;
    case Profile::kService:
      return property.expect.service;
    case Profile::kAgent:
      return property.expect.agent;
  }
  return Expectation::kAny;
}

std::string_view Family(const Property& property) {
  return property.id.substr(0, property.id.find('.'));
}

std::string_view RemedyFor(const Property& property, std::string_view driver) {
  std::string_view generic;
  for (const Remedy& remedy : property.remedy) {
    if (remedy.driver == driver) return remedy.text;
    if (remedy.driver == "command") generic = remedy.text;
  }
  return generic;
}

std::string ErrnoName(int error) {
  // strerrorname_np gives a null pointer for what it does not know, "0" for 0.
  const char* const name = ::strerrorname_np(error);
  return name != nullptr && error > 0 ? name : "errno " + std::to_string(error);
}

std::string SignalName(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

}  // namespace sandproof
