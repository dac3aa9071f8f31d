// Parts of texts.
#pragma once

#include <string>
#include <string_view>

namespace sandproof {

// The part of `text` before `separator`, or all of it; `text` keeps what follows the separator.
[[nodiscard]] inline std::string_view Cut(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return head;
}

// What follows the last slash: the name of the program or file that a path leads to.
[[nodiscard]] inline std::string_view BaseName(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

// What precedes it: "/" for what lies there or has no slash.
[[nodiscard]] inline std::string DirectoryOf(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return std::string(slash == 0 || slash == std::string_view::npos ? "/" : path.substr(0, slash));
}

}  // namespace sandproof
