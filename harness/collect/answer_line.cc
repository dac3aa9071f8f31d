#include "harness/collect/answer_line.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>  // the library itself: no other source needs it
#include <iterator>
#include <limits>
#include <utility>

namespace sandproof {

namespace {

constexpr auto kAnyNumber = std::numeric_limits<std::size_t>::max();

// The agent writes each byte above 0x7e as \u00XX; JSON reads that as a code point, which this
// turns back into the byte.
void TakeBytes(std::string& text) {
  const auto is_high = [](char c) { return static_cast<unsigned char>(c) > 0x7f; };
  if (std::ranges::none_of(text, is_high)) return;
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

// Takes the members of the object and, below "facts", lists of strings; passes over all else. A
// handler of boost::json::basic_parser, whose documentation says what is called when.
class Reader {
 public:
  using Error = boost::json::error_code;
  using Text = boost::json::string_view;

  static constexpr std::size_t max_array_size = kAnyNumber;
  static constexpr std::size_t max_object_size = kAnyNumber;
  static constexpr std::size_t max_string_size = kAnyNumber;
  static constexpr std::size_t max_key_size = kAnyNumber;

  AnswerLine& line() { return line_; }
  [[nodiscard]] bool is_object() const { return is_object_; }

  bool on_object_begin(Error& /*error*/) {
    if (depth_ == 0) is_object_ = true;
    if (depth_ == 1 && key_ == "facts") is_in_facts_ = true;
    ++depth_;
    return true;
  }
  bool on_object_end(std::size_t /*count*/, Error& /*error*/) {
    --depth_;
    if (depth_ == 1) is_in_facts_ = false;
    return true;
  }
  bool on_array_begin(Error& /*error*/) {
    is_in_list_ = is_in_facts_ && depth_ == 2;
    if (is_in_list_) list_ = &line_.facts[key_];
    ++depth_;
    return true;
  }
  bool on_array_end(std::size_t /*count*/, Error& /*error*/) {
    --depth_;
    is_in_list_ = false;
    return true;
  }
  // A key or a string with escapes comes in parts.
  bool on_key_part(Text part, std::size_t /*size*/, Error& /*error*/) { return Gather(part); }
  bool on_key(Text part, std::size_t /*size*/, Error& /*error*/) {
    key_ = Gathered(part);
    return true;
  }
  bool on_string_part(Text part, std::size_t /*size*/, Error& /*error*/) { return Gather(part); }
  bool on_string(Text part, std::size_t /*size*/, Error& /*error*/) {
    std::string text = Gathered(part);
    if (is_in_list_ && depth_ == 3) {
      list_->push_back(std::move(text));
    } else if (depth_ == 1) {
      const auto* const found = std::ranges::find(kTexts, key_, &TextMember::key);
      if (found != std::end(kTexts)) line_.*(found->member) = std::move(text);
    }
    return true;
  }
  bool on_int64(std::int64_t number, Text /*text*/, Error& /*error*/) {
    if (depth_ != 1) return true;
    const auto* const found = std::ranges::find(kNumbers, key_, &NumberMember::key);
    if (found != std::end(kNumbers)) line_.*(found->member) = number;
    return true;
  }

  // A number that is none of the agent's, and what has no value.
  bool on_uint64(std::uint64_t /*number*/, Text /*text*/, Error& /*error*/) { return true; }
  bool on_double(double /*number*/, Text /*text*/, Error& /*error*/) { return true; }
  bool on_number_part(Text /*part*/, Error& /*error*/) { return true; }
  bool on_bool(bool /*value*/, Error& /*error*/) { return true; }
  bool on_null(Error& /*error*/) { return true; }
  bool on_comment_part(Text /*part*/, Error& /*error*/) { return true; }
  bool on_comment(Text /*part*/, Error& /*error*/) { return true; }
  bool on_document_begin(Error& /*error*/) { return true; }
  bool on_document_end(Error& /*error*/) { return true; }

 private:
  bool Gather(Text part) {
    gathered_.append(part.data(), part.size());
    return true;
  }
  std::string Gathered(Text last) {
    Gather(last);
    TakeBytes(gathered_);
    return std::exchange(gathered_, {});
  }

  AnswerLine line_ = {};
  std::string key_ = {};
  std::string gathered_ = {};
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
  boost::json::basic_parser<Reader> parser(boost::json::parse_options{});
  Reader::Error error;
  const std::size_t read = parser.write_some(false, line.data(), line.size(), error);
  Reader& reader = parser.handler();
  if (error || read != line.size() || !reader.is_object()) return std::nullopt;
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
