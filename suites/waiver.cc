#include "suites/waiver.h"

#include <charconv>
#include <chrono>

namespace sandproof {

namespace {

std::optional<std::chrono::sys_days> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto parse = [&](std::size_t at, std::size_t size, auto& number) {
    const char* begin = text.data() + at;
    const auto [end, error] = std::from_chars(begin, begin + size, number);
    return error == std::errc() && end == begin + size;
  };
  if (!parse(0, 4, year) || !parse(5, 2, month) || !parse(8, 2, day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

bool Covers(const Waiver& waiver, const Check& check) {
  return waiver.property == check.property->id || waiver.property == check.Id();
}

// A date that cannot be read has ended: a waiver must never hold for longer than was meant.
bool HasEnded(const Waiver& waiver, std::string_view today) {
  return DaysBetween(today, waiver.until).value_or(-1) < 0;
}

}  // namespace

std::optional<int> DaysBetween(std::string_view from, std::string_view to) {
  const auto first = ParseDate(from);
  const auto last = ParseDate(to);
  if (!first || !last) return std::nullopt;
  return static_cast<int>((*last - *first).count());
}

Waivers::Waivers(std::span<const Waiver> waivers, std::string_view today)
    : waivers_(waivers), today_(today), used_(waivers.size(), false) {}

Judgement Waivers::Apply(const Check& check, const Judgement& judgement,
                         std::optional<Waiver>& used) {
  if (judgement.verdict != Verdict::kFail) return judgement;
  const Waiver* best = nullptr;
  for (std::size_t i = 0; i < waivers_.size(); ++i) {
    if (!Covers(waivers_[i], check)) continue;
    used_[i] = true;
    // One that still holds goes before one that has ended, whatever their order.
    if (best == nullptr || HasEnded(*best, today_)) best = &waivers_[i];
  }
  if (best == nullptr) return judgement;
  used = *best;
  if (HasEnded(*best, today_)) {
    return {Verdict::kFail, "waiver_expired",
            judgement.explanation + " (its waiver ended on " + best->until + ")"};
  }
  return {Verdict::kWaived, "waived",
          best->reason + " (" + best->owner + ", until " + best->until + ")"};
}

std::vector<std::string> Waivers::Warnings() const {
  std::vector<std::string> warnings;
  for (std::size_t i = 0; i < waivers_.size(); ++i) {
    const Waiver& waiver = waivers_[i];
    const std::string name = "the waiver of " + waiver.property;
    const int left = DaysBetween(today_, waiver.until).value_or(-1);
    if (!used_[i])
      warnings.push_back(name + " is unused: nothing that it covers failed; remove it");
    if (used_[i] && left < 0) warnings.push_back(name + " ended on " + waiver.until);
    if (left >= 0 && left <= kWaiverWarningDays) {
      warnings.push_back(name + " ends on " + waiver.until + ", in " + std::to_string(left) +
                         " days; owner: " + waiver.owner);
    }
  }
  return warnings;
}

}  // namespace sandproof
