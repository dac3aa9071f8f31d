#include "harness/collect/answers.h"

#include <array>
#include <nlohmann/json.hpp>

namespace sandproof {

namespace {

using nlohmann::json;

// The agent writes each byte above 0x7e as \u00XX; JSON reads that as a code point, which this
// turns back into the byte.
std::string Bytes(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_pair = (byte == 0xc2 || byte == 0xc3) && i + 1 < text.size();
    if (!is_pair) {
      bytes += text[i];
      continue;
    }
    const auto next = static_cast<unsigned char>(text[++i]);
    bytes += static_cast<char>(((byte & 0x03U) << 6U) | (next & 0x3fU));
  }
  return bytes;
}

std::string Text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? Bytes(found->get_ref<const std::string&>())
                                                     : std::string();
}

std::optional<std::int64_t> Number(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<Outcome> ParseOutcome(std::string_view name) {
  for (const Outcome outcome : {Outcome::kReached, Outcome::kDenied, Outcome::kKilled,
                                Outcome::kSetupFailed, Outcome::kTimeout}) {
    if (Name(outcome) == name) return outcome;
  }
  return std::nullopt;
}

Facts ParseFacts(const json& object) {
  Facts facts;
  const auto found = object.find("facts");
  if (found == object.end() || !found->is_object()) return facts;
  for (const auto& [name, values] : found->items()) {
    if (!values.is_array()) continue;
    std::vector<std::string>& list = facts[Bytes(name)];
    for (const json& value : values) {
      if (value.is_string()) list.push_back(Bytes(value.get_ref<const std::string&>()));
    }
  }
  return facts;
}

std::optional<Observation> ParseObservation(const json& object) {
  const std::optional<Outcome> outcome = ParseOutcome(Text(object, "outcome"));
  const auto index = Number(object, "i");
  const auto error = Number(object, "error");
  if (!outcome || !index || !error || *index < 0) return std::nullopt;
  Observation observation;
  observation.index = static_cast<std::uint32_t>(*index);
  observation.probe = Text(object, "probe");
  observation.outcome = *outcome;
  observation.error = static_cast<int>(*error);
  observation.call = Text(object, "call");
  observation.facts = ParseFacts(object);
  observation.duration = std::chrono::microseconds(Number(object, "us").value_or(0));
  return observation;
}

}  // namespace

void Answers::Feed(std::string_view bytes) {
  bytes = bytes.substr(0, kMostBytes - std::min(bytes_, kMostBytes));
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (!is_skipping_) pending_ += part;
    if (pending_.size() > kMaxLine) {
      is_skipping_ = true;
      pending_.clear();
    }
    if (end == std::string_view::npos) return;
    if (is_skipping_) ++strange_lines_;
    if (!is_skipping_ && !pending_.empty()) Line(pending_);
    is_skipping_ = false;
    pending_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void Answers::Line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);  // a terminal in between
  if (line.empty()) return;
  const json object = json::parse(line, nullptr, false);
  if (!object.is_object()) {
    ++strange_lines_;
    return;
  }
  const std::string kind = Text(object, "sandproof");
  if (kind == "ready") {
    ready_ = true;
    agent_pid_ = static_cast<int>(Number(object, "pid").value_or(0));
    return;
  }
  const auto index = Number(object, "i");
  const bool is_known = index && *index >= 0 && static_cast<std::size_t>(*index) < count_;
  if (Text(object, "nonce") != nonce_) {
    ++strange_lines_;
  } else if (kind == "start") {
    started_ = true;
  } else if (kind == "end") {
    ended_ = started_ && Number(object, "count") == static_cast<std::int64_t>(count_);
  } else if (kind == "try" && is_known) {
    last_tried_ = static_cast<std::uint32_t>(*index);
  } else if (std::optional<Observation> observation = ParseObservation(object);
             kind == "obs" && is_known && observation) {
    observations_.try_emplace(observation->index, *std::move(observation));
  } else {
    ++strange_lines_;
  }
}

}  // namespace sandproof
