// Waivers: a named failure that somebody accepted, for a reason and until a day.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "suites/judge.h"
#include "suites/verdict.h"

namespace sandproof {

struct Waiver {
  std::string property = {};  // id, or id[subject]
  std::string reason = {};
  std::string owner = {};
  std::string until = {};  // YYYY-MM-DD, the last day on which it holds
  bool operator==(const Waiver&) const = default;
};

// Days before its end from which a waiver is warned of.
inline constexpr int kWaiverWarningDays = 14;

// Applies waivers to the judgements of one sandbox.
class Waivers {
 public:
  // `today` is YYYY-MM-DD, UTC: the clock is the caller's.
  Waivers(std::span<const Waiver> waivers, std::string_view today);

  // The judgement, waived if a waiver covers the check and it failed. An expired waiver leaves the
  // failure and says so. `used` receives the waiver that applied, expired or not.
  [[nodiscard]] Judgement Apply(const Check& check, const Judgement& judgement,
                                std::optional<Waiver>& used);

  // Sentences about waivers that end soon, have ended, or covered nothing that failed. Call after
  // the last Apply.
  [[nodiscard]] std::vector<std::string> Warnings() const;

 private:
  std::span<const Waiver> waivers_;
  std::string today_;
  std::vector<bool> used_;
};

// Days from one YYYY-MM-DD to another; nullopt when either is not a calendar date.
[[nodiscard]] std::optional<int> DaysBetween(std::string_view from, std::string_view to);

}  // namespace sandproof
