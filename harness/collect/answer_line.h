// One line of the agent's, taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/wire/observation.h"

namespace sandproof {

// What stood in a line; what did not, or was of another type than it should be, is empty.
struct AnswerLine {
  std::string kind = {};  // "ready", "start", "try", "obs", "end"
  std::string nonce = {};
  std::string probe = {};
  std::string outcome = {};
  std::string call = {};
  std::optional<std::int64_t> index = {};
  std::optional<std::int64_t> pid = {};
  std::optional<std::int64_t> count = {};
  std::optional<std::int64_t> error = {};
  std::optional<std::int64_t> microseconds = {};
  Facts facts = {};
};

// nullopt for what is no JSON object. Read as a stream of events and not as a document: a battery
// has hundreds of lines, each read once.
[[nodiscard]] std::optional<AnswerLine> ParseAnswerLine(std::string_view line);

// The line as an observation; nullopt where it lacks what every observation has.
[[nodiscard]] std::optional<Observation> ObservationOf(AnswerLine line);

}  // namespace sandproof
