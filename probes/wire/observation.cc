#include "probes/wire/observation.h"

#include <array>

namespace sandproof {

namespace {

constexpr std::array<std::string_view, 5> kOutcomeNames = {"reached", "denied", "killed",
                                                           "setup_failed", "timeout"};

void AppendEscaped(std::string& line, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto is_plain = [](char raw) {
    const auto byte = static_cast<unsigned char>(raw);
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
  };
  line += '"';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t begin = at;
    while (at < text.size() && is_plain(text[at])) ++at;
    line += text.substr(begin, at - begin);
    if (at == text.size()) break;
    const char raw = text[at];
    const auto byte = static_cast<unsigned char>(raw);
    if (byte == '"' || byte == '\\') {
      line += '\\';
      line += raw;
    } else {
      // Latin-1 in, \u00XX out: every byte survives whatever the encoding of the host's names is.
      line += "\\u00";
      line += kHex[byte >> 4U];
      line += kHex[byte & 0xfU];
    }
  }
  line += '"';
}

void AppendKey(std::string& line, std::string_view key) {
  if (line.back() != '{') line += ',';
  AppendEscaped(line, key);
  line += ':';
}

void AppendFacts(std::string& line, const Facts& facts) {
  AppendKey(line, "facts");
  line += '{';
  for (const auto& [name, values] : facts) {
    AppendKey(line, name);
    line += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) line += ',';
      AppendEscaped(line, values[i]);
    }
    line += ']';
  }
  line += '}';
}

std::string Head(std::string_view kind, std::string_view nonce) {
  std::string line = "{";
  AppendKey(line, "sandproof");
  AppendEscaped(line, kind);
  AppendKey(line, "nonce");
  AppendEscaped(line, nonce);
  return line;
}

void AppendNumber(std::string& line, std::string_view key, long long number) {
  AppendKey(line, key);
  line += std::to_string(number);
}

std::string Whole(std::string_view nonce, const Observation& observation) {
  std::string line = Head("obs", nonce);
  AppendNumber(line, "i", observation.index);
  AppendKey(line, "probe");
  AppendEscaped(line, observation.probe);
  AppendKey(line, "outcome");
  AppendEscaped(line, Name(observation.outcome));
  AppendNumber(line, "error", observation.error);
  AppendKey(line, "call");
  AppendEscaped(line, observation.call);
  AppendNumber(line, "us", observation.duration.count());
  AppendFacts(line, observation.facts);
  line += '}';
  return line;
}

}  // namespace

std::string_view Name(Outcome outcome) {
  return kOutcomeNames.at(static_cast<std::size_t>(outcome));
}

const std::string* Observation::Fact(std::string_view name) const {
  const auto found = facts.find(name);
  return found == facts.end() || found->second.empty() ? nullptr : &found->second.front();
}

std::string StartLine(std::string_view nonce, std::size_t count, const Facts& facts) {
  std::string line = Head("start", nonce);
  AppendNumber(line, "count", static_cast<long long>(count));
  AppendFacts(line, facts);
  line += '}';
  return line;
}

std::string TryLine(std::string_view nonce, std::uint32_t index) {
  std::string line = Head("try", nonce);
  AppendNumber(line, "i", index);
  line += '}';
  return line;
}

std::string ObservationLine(std::string_view nonce, const Observation& observation) {
  std::string line = Whole(nonce, observation);
  if (line.size() <= kMaxLine) return line;
  // A list that is cut could hide the very entry that matters, so the cut is itself a fact and the
  // judge takes no such list for complete.
  Observation cut = observation;
  cut.call.resize(std::min<std::size_t>(cut.call.size(), 512));
  for (auto& [name, values] : cut.facts) {
    while (values.size() > 16) values.pop_back();
    for (std::string& value : values) value.resize(std::min<std::size_t>(value.size(), 64));
  }
  cut.facts["truncated"] = {"true"};
  line = Whole(nonce, cut);
  if (line.size() <= kMaxLine) return line;
  cut.facts = {{"truncated", {"true"}}};
  return Whole(nonce, cut);
}

std::string EndLine(std::string_view nonce, std::size_t count) {
  std::string line = Head("end", nonce);
  AppendNumber(line, "count", static_cast<long long>(count));
  line += '}';
  return line;
}

}  // namespace sandproof
