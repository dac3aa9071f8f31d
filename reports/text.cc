#include "reports/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "reports/printable.h"

namespace sandproof {

namespace {

constexpr std::size_t kMaxFacts = 6;
constexpr std::size_t kMaxValues = 8;
constexpr std::size_t kMaxValue = 80;

// "denied with EROFS". An errno that means "let in" must not read as a denial.
std::string OutcomeText(const Property& property, const Observation& observation) {
  switch (observation.outcome) {
    case Outcome::kReached:
      return "reached";
    case Outcome::kDenied:
      return std::ranges::count(property.reached_by, observation.error) > 0
                 ? "let in, then " + ErrnoName(observation.error)
                 : "denied with " + ErrnoName(observation.error);
    case Outcome::kKilled:
      return "killed by " + SignalName(observation.error);
    case Outcome::kSetupFailed:
      return observation.error == 0 ? "set-up failed"
                                    : "set-up failed with " + ErrnoName(observation.error);
    case Outcome::kTimeout:
      return "timed out";
  }
  return "unknown outcome";
}

std::string FactText(std::string_view name, const std::vector<std::string>& values) {
  std::string text = Printable(name, kMaxValue) + "=";
  if (values.empty()) return text + "(none)";
  const std::size_t shown = std::min(values.size(), kMaxValues);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += ',';
    text += Printable(values[i], kMaxValue);
  }
  return values.size() > shown ? fmt::format("{} (+{})", text, values.size() - shown) : text;
}

// The fact that is judged comes first, the others in the order of their names.
std::string FactsText(const Property& property, const Facts& facts) {
  const std::string_view judged = property.fact ? property.fact->fact : "";
  std::vector<std::string> parts;
  const auto found = facts.find(judged);
  if (found != facts.end()) parts.push_back(FactText(judged, found->second));
  for (const auto& [name, values] : facts) {
    if (name != judged) parts.push_back(FactText(name, values));
  }
  const std::size_t shown = std::min(parts.size(), kMaxFacts);
  std::string text = fmt::format(
      "{}", fmt::join(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(shown), " "));
  return parts.size() > shown ? fmt::format("{} (+{} facts)", text, parts.size() - shown) : text;
}

std::string ObservationText(const Property& property, const Observation& observation) {
  std::string text = OutcomeText(property, observation);
  if (!observation.call.empty()) text = Printable(observation.call) + ": " + text;
  const std::string facts = FactsText(property, observation.facts);
  return facts.empty() ? text : text + " · " + facts;
}

// A control that reached needs no call; of one that did not, the call is the news. A fact's control
// is the value outside.
std::string ControlRunText(const Property& property, const std::optional<Observation>& control) {
  if (!control) return "not run";
  if (control->outcome != Outcome::kReached) return ObservationText(property, *control);
  const std::string* outside = property.fact ? control->Fact(property.fact->fact) : nullptr;
  if (outside == nullptr) return "reached";
  return "reached · " +
         FactText(property.fact->fact, control->facts.find(property.fact->fact)->second);
}

// An argument as a shell would want it written.
std::string Quoted(std::string_view argument) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./:,@%{}";
  if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string_view::npos) {
    return Printable(argument);
  }
  std::string quoted = "'";
  for (const char letter : Printable(argument)) {
    quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
  }
  return quoted + "'";
}

}  // namespace

std::string SeenText(const CheckResult& result) {
  const Evidence& evidence = result.evidence;
  std::string text;
  if (evidence.inside) {
    text = ObservationText(*result.check.property, *evidence.inside);
  } else if (!result.check.not_applicable.empty()) {
    text = Printable(result.check.not_applicable);
  } else {
    text = evidence.silence.empty() ? "no observation" : Printable(evidence.silence);
  }
  if (!evidence.witness) return text;
  return fmt::format("{} · the canary counted {}", text, evidence.witness->inside);
}

std::string ControlText(const CheckResult& result) {
  const Evidence& evidence = result.evidence;
  const Property& property = *result.check.property;
  if (!evidence.control_before && !evidence.control_after) {
    return property.control == ControlAs::kNothing ? "none: a reach is its own proof" : "not run";
  }
  const std::string before = ControlRunText(property, evidence.control_before);
  const std::string after = ControlRunText(property, evidence.control_after);
  std::string text = before == after ? "before and after: " + before
                                     : fmt::format("before: {}; after: {}", before, after);
  if (evidence.witness) {
    text += fmt::format(" · the canary counted {} and {}", evidence.witness->control_before,
                        evidence.witness->control_after);
  }
  return evidence.canary_alive ? text : text + " · the canary was lost";
}

std::string ReasonText(const CheckResult& result) {
  const Judgement& judgement = result.judgement;
  return Printable(judgement.explanation.empty() ? judgement.reason : judgement.explanation);
}

std::string WaiverText(const Waiver& waiver) {
  return fmt::format("{} ({}, until {})", Printable(waiver.reason), Printable(waiver.owner),
                     Printable(waiver.until));
}

std::string ClaimText(const CheckResult& result) {
  std::string claim = Printable(result.check.property->claim);
  if (!result.check.IsContrary()) return claim;
  return fmt::format("Declared \"{}\", so this is not to hold: {}", Name(result.check.expectation),
                     claim);
}

std::string IdText(const CheckResult& result) { return Printable(result.check.Id()); }

std::string ArgvText(const std::vector<std::string>& argv) {
  std::string text;
  for (const std::string& argument : argv) {
    if (!text.empty()) text += ' ';
    text += Quoted(argument);
  }
  return text;
}

std::string SecondsText(std::chrono::microseconds duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

}  // namespace sandproof
