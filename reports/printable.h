// Strings from inside a sandbox, made safe to print. They are hostile: a path, an argument or a
// fact can hold terminal escapes, bidirectional overrides, broken UTF-8 or a megabyte of anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sandproof {

// Longest string shown to people, in bytes of the original; the JSON report has them whole.
inline constexpr std::size_t kMaxShown = 400;

// The text on one line: control characters as \n, \t, \x1b, broken UTF-8 byte by byte as \xff,
// characters that are invisible, reorder text or are illegal in XML 1.0 as \u{202e}; cut after
// `limit` bytes, with "…" in place of the rest.
[[nodiscard]] std::string Printable(std::string_view text, std::size_t limit = kMaxShown);

// The same for each of the last `max_lines` lines, which stay lines; trailing blank ones are
// dropped, a dropped beginning shows as "…".
[[nodiscard]] std::string PrintableLines(std::string_view text, std::size_t max_lines);

}  // namespace sandproof
