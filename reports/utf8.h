// UTF-8, and bytes that are none. Paths and arguments are bytes; a report is Unicode.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sandproof {

struct Character {
  char32_t code = 0;
  std::size_t size = 0;  // bytes; 0: not UTF-8
};

// The first character of a text that is not empty.
//
// Source: RFC 3629 section 3: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] Character FirstCharacter(std::string_view text);

// The bytes as UTF-8 from which FromUtf8 makes the same bytes again: what is UTF-8 stays as it is,
// any other byte XX becomes the private-use character U+10F0XX, and so does each byte of a
// character that could be mistaken for such a one.
//
// Why: a replacement character would make two paths equal that are not, and a report that is
// judged again must give the same verdict.
[[nodiscard]] std::string ToUtf8(std::string_view bytes);
[[nodiscard]] std::string FromUtf8(std::string_view text);

}  // namespace sandproof
