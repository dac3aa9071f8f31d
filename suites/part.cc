#include "suites/part.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

#include "probes/wire/text.h"

namespace sandproof {

namespace {

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
  const std::optional<Outcome> outcome = ParseOutcome(Cut(rest, ' '));
  const std::string_view number = Cut(rest, ' ');
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), part.error);
  const bool is_number = error == std::errc() && end == number.data() + number.size();
  if (!outcome || !is_number || number.empty()) return Unreadable(std::move(part));
  part.outcome = *outcome;
  if (const std::string_view by = Cut(rest, ' '); by != "-")
    part.facts["refused_by"] = {std::string(by)};
  part.call = std::string(rest);
  return part;
}

}  // namespace sandproof
