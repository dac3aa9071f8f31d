#include "probes/wire/request.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "probes/wire/text.h"

namespace sandproof {

namespace {

constexpr std::string_view kMagic = "sandproof-batch 1 ";
constexpr std::string_view kEnd = "\nend\n";
constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~/:@+,-";
constexpr auto kIsPlain = [] {
  std::array<bool, 256> is_plain = {};
  for (const char plain : kPlain) is_plain[static_cast<unsigned char>(plain)] = true;
  return is_plain;
}();

// How many bytes from the front need no encoding.
std::size_t PlainLength(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && kIsPlain[static_cast<unsigned char>(text[length])]) ++length;
  return length;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Request> DecodeRequest(std::string_view line) {
  Request request;
  const auto index = ParseNumber<std::uint32_t>(Cut(line, ' '));
  const auto probe = PercentDecode(Cut(line, ' '));
  const auto limit = ParseNumber<std::uint32_t>(Cut(line, ' '));
  if (!index || !probe || probe->empty() || !limit) return std::nullopt;
  request.index = *index;
  request.probe = *probe;
  request.limit = std::chrono::milliseconds(*limit);
  while (!line.empty()) {
    std::string_view pair = Cut(line, ' ');
    auto key = PercentDecode(Cut(pair, '='));
    auto value = PercentDecode(pair);
    if (!key || !value || key->empty()) return std::nullopt;
    request.params.insert_or_assign(*std::move(key), *std::move(value));
  }
  return request;
}

}  // namespace

const std::string& Request::Param(std::string_view key) const {
  static const std::string kAbsent;
  const auto found = params.find(key);
  return found == params.end() ? kAbsent : found->second;
}

long Request::Number(std::string_view key, long absent) const {
  return ParseNumber<long>(Param(key)).value_or(absent);
}

std::string EncodeBatch(const Batch& batch) {
  std::string text(kMagic);
  text += batch.nonce + ' ' + std::to_string(batch.requests.size());
  for (const Request& request : batch.requests) {
    text += '\n' + std::to_string(request.index) + ' ' + PercentEncode(request.probe) + ' ' +
            std::to_string(request.limit.count());
    for (const auto& [key, value] : request.params) {
      text += ' ' + PercentEncode(key) + '=' + PercentEncode(value);
    }
  }
  text += kEnd;
  return text;
}

bool IsWholeBatch(std::string_view text) { return text.ends_with(kEnd); }

std::optional<Batch> DecodeBatch(std::string_view text) {
  if (!text.starts_with(kMagic) || !IsWholeBatch(text)) return std::nullopt;
  text.remove_suffix(kEnd.size());
  std::string_view head = Cut(text, '\n').substr(kMagic.size());
  Batch batch;
  batch.nonce = std::string(Cut(head, ' '));
  const auto count = ParseNumber<std::size_t>(head);
  if (batch.nonce.empty() || !count) return std::nullopt;
  batch.requests.reserve(std::min<std::size_t>(*count, text.size()));
  while (!text.empty()) {
    std::optional<Request> request = DecodeRequest(Cut(text, '\n'));
    if (!request) return std::nullopt;
    batch.requests.push_back(*std::move(request));
  }
  if (batch.requests.size() != *count) return std::nullopt;
  return batch;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (;;) {
    const std::size_t plain = PlainLength(text);
    encoded += text.substr(0, plain);
    if (plain == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[plain]);
    encoded += {'%', kHex[byte >> 4U], kHex[byte & 0xfU]};
    text.remove_prefix(plain + 1);
  }
  return encoded;
}

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (;;) {
    const std::size_t plain = PlainLength(text);
    decoded += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (text.front() != '%') return std::nullopt;
    unsigned byte = 0;
    if (text.size() < 3) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
    if (error != std::errc() || end != text.data() + 3) return std::nullopt;
    decoded += static_cast<char>(byte);
    text.remove_prefix(3);
  }
  return decoded;
}

}  // namespace sandproof
