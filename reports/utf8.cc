#include "reports/utf8.h"

#include <array>

namespace sandproof {

namespace {

constexpr char32_t kFirstByte = 0x10f000;
constexpr char32_t kLastByte = kFirstByte + 0xff;

bool StandsForByte(char32_t code) { return code >= kFirstByte && code <= kLastByte; }

// U+10F0XX in UTF-8 is f4 8f 80|XX>>6 80|XX&3f.
void AppendByte(std::string& text, char raw) {
  const auto byte = static_cast<unsigned char>(raw);
  text += "\xf4\x8f";
  text += static_cast<char>(0x80U | (byte >> 6U));
  text += static_cast<char>(0x80U | (byte & 0x3fU));
}

}  // namespace

Character FirstCharacter(std::string_view text) {
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xc2 || lead > 0xf4) return {};
  const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < size) return {};
  char32_t code = lead & (0x7fU >> size);
  for (const char raw : text.substr(1, size - 1)) {
    const auto byte = static_cast<unsigned char>(raw);
    if ((byte & 0xc0U) != 0x80) return {};
    code = (code << 6U) | (byte & 0x3fU);
  }
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kSmallest.at(size) || code > 0x10ffff || is_surrogate) return {};
  return {code, size};
}

std::string ToUtf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const Character character = FirstCharacter(bytes);
    if (character.size == 0 || StandsForByte(character.code)) {
      AppendByte(text, bytes.front());
      bytes.remove_prefix(1);
    } else {
      text += bytes.substr(0, character.size);
      bytes.remove_prefix(character.size);
    }
  }
  return text;
}

std::string FromUtf8(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    const std::size_t size = character.size == 0 ? 1 : character.size;
    if (StandsForByte(character.code)) {
      bytes += static_cast<char>(character.code - kFirstByte);
    } else {
      bytes += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return bytes;
}

}  // namespace sandproof
