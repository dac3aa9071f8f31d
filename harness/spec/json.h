// JSON as a tree that knows the line of everything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/result.h"

namespace sandproof {

enum class JsonKind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

// One value with its key, if it has one, in the order of the file.
struct JsonNode {
  JsonKind kind = JsonKind::kNull;
  int line = 0;           // of the key, or of the value where there is no key
  double number = 0;      // of a number
  std::string key = {};   // of an object's member
  std::string text = {};  // a string's content; a number or boolean as it is written
  std::vector<JsonNode> children = {};
};

// Deepest nesting of a configuration that is read.
inline constexpr std::size_t kMaxJsonDepth = 64;

// Parses one JSON text in UTF-8; `file` is its name for messages.
//
// Errors: kConfiguration, for whatever RFC 8259 refuses and for NUL bytes, a NUL within a string,
//         duplicate keys and nesting deeper than kMaxJsonDepth.
[[nodiscard]] Result<JsonNode> ParseJson(std::string_view text, const std::string& file);

// "FILE:LINE: WHAT", the form of every message about a file.
[[nodiscard]] Error WrongAt(std::string_view file, int line, std::string_view what);

}  // namespace sandproof
