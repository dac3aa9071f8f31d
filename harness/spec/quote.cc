#include "harness/spec/quote.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace sandproof {
namespace {

constexpr std::size_t kLongestShown = 200;

// Bytes of the UTF-8 character that begins the text; 0 when it is not one (RFC 3629, section 3).
std::size_t CharacterLength(std::string_view text) {
  const std::uint8_t lead = static_cast<std::uint8_t>(text.front());
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2U : lead < 0xf0 ? 3U : 4U;
  if (text.size() < length) return 0;
  const bool is_continued = std::ranges::all_of(text.substr(1, length - 1), [](char byte) {
    return (static_cast<std::uint8_t>(byte) & 0xc0U) == 0x80U;
  });
  return is_continued ? length : 0;
}

std::uint32_t CodePoint(std::string_view character) {
  constexpr std::array<std::uint32_t, 5> kLeadMask = {0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t point =
      static_cast<std::uint8_t>(character.front()) & kLeadMask.at(character.size());
  for (const char byte : character.substr(1)) {
    point = (point << 6U) | (static_cast<std::uint8_t>(byte) & 0x3fU);
  }
  return point;
}

// C0, DEL and C1 drive a terminal; line separators and direction marks make a line read as another.
bool IsUnfitForALine(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x200b && point <= 0x200f) ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
         point == 0x061c || point == 0xfeff;
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    std::string piece(character);
    if (length == 0) {
      piece = fmt::format("\\x{:02x}", static_cast<std::uint8_t>(character.front()));
    } else if (IsUnfitForALine(CodePoint(character))) {
      piece = fmt::format("\\u{:04x}", CodePoint(character));
    }
    if (shown.size() + piece.size() > kLongestShown) return shown + "…";
    shown += piece;
    text.remove_prefix(character.size());
  }
  return shown;
}

std::string Quoted(std::string_view text) { return fmt::format("\"{}\"", Escaped(text)); }

std::string MemberPath(std::string_view object, std::string_view key) {
  const bool is_plain = !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '$';
  });
  if (!is_plain || key.size() > kLongestShown) return fmt::format("{}[{}]", object, Quoted(key));
  return object.empty() ? std::string(key) : fmt::format("{}.{}", object, key);
}

std::string ElementPath(std::string_view array, std::size_t index) {
  return fmt::format("{}[{}]", array, index);
}

bool IsName(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto is_in_name = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, is_in_name);
}

}  // namespace sandproof
