#include "harness/collect/answer_line.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace sandproof {

namespace {

using nlohmann::json;

// The agent writes each byte above 0x7e as \u00XX; JSON reads that as a code point, which this
// turns back into the byte.
void TakeBytes(std::string& text) {
  if (text.find_first_of("\xc2\xc3") == std::string::npos) return;
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
  text = std::move(bytes);
}

struct TextMember {
  std::string_view key;
  std::string AnswerLine::*member;
};
struct NumberMember {
  std::string_view key;
  std::optional<std::int64_t> AnswerLine::*member;
};

constexpr TextMember kTexts[] = {{"sandproof", &AnswerLine::kind},
                                 {"nonce", &AnswerLine::nonce},
                                 {"probe", &AnswerLine::probe},
                                 {"outcome", &AnswerLine::outcome},
                                 {"call", &AnswerLine::call}};
constexpr NumberMember kNumbers[] = {{"i", &AnswerLine::index},
                                     {"pid", &AnswerLine::pid},
                                     {"count", &AnswerLine::count},
                                     {"error", &AnswerLine::error},
                                     {"us", &AnswerLine::microseconds}};

// Takes the members of the object and, below "facts", lists of strings; passes over all else.
class Reader : public nlohmann::json_sax<json> {
 public:
  AnswerLine& line() { return line_; }
  [[nodiscard]] bool is_object() const { return is_object_; }

  bool start_object(std::size_t /*size*/) override {
    if (depth_ == 0) is_object_ = true;
    if (depth_ == 1 && key_ == "facts") is_in_facts_ = true;
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    if (depth_ == 1) is_in_facts_ = false;
    return true;
  }
  bool start_array(std::size_t /*size*/) override {
    is_in_list_ = is_in_facts_ && depth_ == 2;
    if (is_in_list_) list_ = &line_.facts[key_];
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    is_in_list_ = false;
    return true;
  }
  bool key(std::string& key) override {
    TakeBytes(key);
    key_ = std::move(key);
    return true;
  }
  bool string(std::string& text) override {
    if (is_in_list_ && depth_ == 3) {
      TakeBytes(text);
      list_->push_back(std::move(text));
    }
    if (depth_ != 1) return true;
    for (const auto& [key, member] : kTexts) {
      if (key != key_) continue;
      TakeBytes(text);
      line_.*member = std::move(text);
      break;
    }
    return true;
  }
  bool number_integer(std::int64_t number) override { return Number(number); }
  bool number_unsigned(std::uint64_t number) override {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return number > kMost || Number(static_cast<std::int64_t>(number));
  }

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_float(double /*number*/, const std::string& /*text*/) override { return true; }
  bool binary(json::binary_t& /*bytes*/) override { return true; }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return false;
  }

 private:
  bool Number(std::int64_t number) {
    if (depth_ != 1) return true;
    for (const auto& [key, member] : kNumbers) {
      if (key == key_) line_.*member = number;
    }
    return true;
  }

  AnswerLine line_ = {};
  std::string key_ = {};
  std::vector<std::string>* list_ = nullptr;
  std::size_t depth_ = 0;
  bool is_object_ = false;
  bool is_in_facts_ = false;
  bool is_in_list_ = false;
};

std::optional<Outcome> ParseOutcome(std::string_view name) {
  for (const Outcome outcome : {Outcome::kReached, Outcome::kDenied, Outcome::kKilled,
                                Outcome::kSetupFailed, Outcome::kTimeout}) {
    if (Name(outcome) == name) return outcome;
  }
  return std::nullopt;
}

}  // namespace

std::optional<AnswerLine> ParseAnswerLine(std::string_view line) {
  Reader reader;
  if (!json::sax_parse(line, &reader) || !reader.is_object()) return std::nullopt;
  return std::move(reader.line());
}

std::optional<Observation> ObservationOf(AnswerLine line) {
  const std::optional<Outcome> outcome = ParseOutcome(line.outcome);
  if (!outcome || !line.index || !line.error || *line.index < 0) return std::nullopt;
  Observation observation;
  observation.index = static_cast<std::uint32_t>(*line.index);
  observation.probe = std::move(line.probe);
  observation.outcome = *outcome;
  observation.error = static_cast<int>(*line.error);
  observation.call = std::move(line.call);
  observation.facts = std::move(line.facts);
  observation.duration = std::chrono::microseconds(line.microseconds.value_or(0));
  return observation;
}

}  // namespace sandproof
