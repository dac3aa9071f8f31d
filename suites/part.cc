#include "suites/part.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

namespace sandproof {

namespace {

// Takes the first word off.
std::string_view Word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

std::optional<Outcome> ParseOutcome(std::string_view name) {
  for (const Outcome outcome : {Outcome::kReached, Outcome::kDenied, Outcome::kKilled,
                                Outcome::kSetupFailed, Outcome::kTimeout}) {
    if (Name(outcome) == name) return outcome;
  }
  return std::nullopt;
}

std::string_view PartName(const Property& property) {
  for (const FixedParam& param : property.params) {
    if (param.key == kPart) return param.value;
  }
  return {};
}

Observation Unreadable(Observation part) {
  part.outcome = Outcome::kSetupFailed;
  part.error = EPROTO;
  return part;
}

}  // namespace

Observation PartOf(const Property& property, const Observation& observation) {
  const std::string_view name = PartName(property);
  if (name.empty() || observation.outcome != Outcome::kReached) return observation;
  Observation part{.index = observation.index,
                   .probe = observation.probe,
                   .call = std::string(name),
                   .duration = observation.duration};
  const auto control = observation.facts.find("control");
  if (control != observation.facts.end()) part.facts.insert(*control);
  const std::string* text = observation.Fact(name);
  if (text == nullptr) return Unreadable(std::move(part));
  std::string_view rest = *text;
  const std::optional<Outcome> outcome = ParseOutcome(Word(rest));
  const std::string_view number = Word(rest);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), part.error);
  const bool is_number = error == std::errc() && end == number.data() + number.size();
  if (!outcome || !is_number || number.empty()) return Unreadable(std::move(part));
  part.outcome = *outcome;
  if (const std::string_view by = Word(rest); by != "-")
    part.facts["refused_by"] = {std::string(by)};
  part.call = std::string(rest);
  return part;
}

}  // namespace sandproof
