#include "reports/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "reports/utf8.h"

namespace sandproof {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode: controls (Cc), format characters that hide or reorder text (Cf), line and paragraph
// separators, and the noncharacters that XML 1.0 section 2.2 leaves out of Char.
constexpr std::array<Range, 11> kUnprintable = {{{0x7f, 0x9f},
                                                 {0xad, 0xad},
                                                 {0x61c, 0x61c},
                                                 {0x200b, 0x200f},
                                                 {0x2028, 0x202e},
                                                 {0x2060, 0x206f},
                                                 {0xd800, 0xdfff},
                                                 {0xfeff, 0xfeff},
                                                 {0xfff9, 0xfffb},
                                                 {0xfffe, 0xffff},
                                                 {0xe0000, 0xe007f}}};

bool IsPrintable(char32_t code) {
  return code >= 0x20 && std::ranges::none_of(kUnprintable, [code](const Range& range) {
           return range.first <= code && code <= range.last;
         });
}

void AppendEscape(std::string& shown, char32_t code) {
  if (code == '\n') {
    shown += "\\n";
  } else if (code == '\t') {
    shown += "\\t";
  } else if (code == '\r') {
    shown += "\\r";
  } else if (code < 0x80) {
    fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<std::uint32_t>(code));
  } else {
    fmt::format_to(std::back_inserter(shown), "\\u{{{:x}}}", static_cast<std::uint32_t>(code));
  }
}

}  // namespace

std::string Printable(std::string_view text, std::size_t limit) {
  std::string shown;
  std::size_t at = 0;
  while (at < text.size()) {
    const Character character = FirstCharacter(text.substr(at));
    const std::size_t size = std::max<std::size_t>(character.size, 1);
    if (at + size > limit) return shown + "…";
    if (character.size == 0) {
      fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<unsigned char>(text[at]));
    } else if (IsPrintable(character.code)) {
      shown += text.substr(at, size);
    } else {
      AppendEscape(shown, character.code);
    }
    at += size;
  }
  return shown;
}

std::string PrintableLines(std::string_view text, std::size_t max_lines) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  std::size_t begin = text.size();
  for (std::size_t lines = 0; lines < max_lines && begin > 0; ++lines) {
    const std::size_t newline = text.rfind('\n', begin - 1);
    begin = newline == std::string_view::npos ? 0 : newline;
  }
  std::string shown = begin > 0 ? "…" : "";
  text.remove_prefix(begin);
  if (begin > 0 && text.starts_with('\n')) text.remove_prefix(1);
  while (!text.empty()) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    if (!shown.empty()) shown += '\n';
    shown += Printable(text.substr(0, newline));
    text.remove_prefix(std::min(newline + 1, text.size()));
  }
  return shown;
}

}  // namespace sandproof
