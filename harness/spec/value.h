// Readers of single values. Each takes the place of a value and fails with a message about it.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/place.h"
#include "harness/spec/quote.h"
#include "harness/spec/spec.h"

namespace sandproof {

// The element of a launch line where the payload goes.
inline constexpr std::string_view kPayloadElement = "{payload}";

// `text`, a part of the value at `at`, with "{NAME}" replaced by what NAME stands for and
// "{{NAME}}" by a literal "{NAME}". All other braces stay.
//
// Errors: a NAME that is not known; the nearest one that is.
[[nodiscard]] Result<std::string> Expand(const Place& at, std::string_view text);

// The same of the whole value, which is a string.
[[nodiscard]] Result<std::string> ReadExpanded(const Place& at);

// A string with something other than white space in it, as it is.
[[nodiscard]] Result<std::string> ReadText(const Place& at);

// The text of a Pattern (suites/pattern.h), as it is: braces and backslashes belong to it.
[[nodiscard]] Result<std::string> ReadPattern(const Place& at);

// Why `text`, made of the value at `at`, is no Pattern; nothing where it is one.
[[nodiscard]] std::optional<Error> WrongPattern(const Place& at, const std::string& text);

// Expanded `text` as an absolute path without ".", "..", doubled or trailing slashes.
[[nodiscard]] Result<std::string> AbsolutePath(const Place& at, std::string_view text);

// Expanded `path`, from the file's directory where it is relative.
[[nodiscard]] Result<std::string> HostPath(const Place& at, std::string_view path);

template <typename T>
struct Word {
  std::string_view word;
  T value;
};

// The value of one of a few words; `remark` tells why just these.
template <typename T>
[[nodiscard]] Result<T> ReadWord(const Place& at, std::initializer_list<Word<T>> words,
                                 std::string_view remark = "") {
  std::vector<std::string> valid;
  std::string expected;
  for (const Word<T>& word : words) {
    if (at.node().kind == JsonKind::kString && at.node().text == word.word) return word.value;
    valid.emplace_back(word.word);
    expected += fmt::format("{}\"{}\"", expected.empty() ? "" : " or ", word.word);
  }
  if (!remark.empty()) expected += fmt::format(" ({})", remark);
  const std::string nearest = Nearest(at.node().text, valid);
  if (at.node().kind != JsonKind::kString || nearest.empty()) return at.Unexpected(expected);
  return at.Wrong(fmt::format("expected {}, found {}; did you mean \"{}\"?", expected,
                              Quoted(at.node().text), nearest));
}

}  // namespace sandproof
