#include "harness/spec/value.h"

#include <algorithm>
#include <filesystem>

#include "suites/pattern.h"

namespace sandproof {
namespace {

// NAME where `text` begins with `open` NAME `close`, otherwise empty.
std::string_view NameAtFront(std::string_view text, std::string_view open, std::string_view close) {
  if (!text.starts_with(open)) return {};
  text.remove_prefix(open.size());
  const std::size_t end = text.find('}');
  if (end == std::string_view::npos || !IsName(text.substr(0, end))) return {};
  return text.substr(end).starts_with(close) ? text.substr(0, end) : std::string_view();
}

Error UnknownName(const Place& at, std::string_view name) {
  // Cut, because the message repeats it twice.
  const std::string shown = Escaped(name.substr(0, 40));
  if (name == "payload") {
    return at.Wrong(
        "\"{payload}\" stands only in \"launch\", as an element of its own; write \"{{payload}}\" "
        "for the text itself");
  }
  std::vector<std::string> known = {"payload"};
  for (const auto& [key, value] : at.document().names) known.push_back(key);
  const std::string nearest = Nearest(name, known);
  const std::string remedy = nearest.empty() ? fmt::format("give --define {}=VALUE", shown)
                                             : fmt::format("did you mean \"{{{}}}\"?", nearest);
  return at.Wrong(fmt::format(
      "unknown name \"{{{0}}}\"; {1} (write \"{{{{{0}}}}}\" for the text itself)", shown, remedy));
}

}  // namespace

Result<std::string> Expand(const Place& at, std::string_view text) {
  std::string expanded;
  while (!text.empty()) {
    const std::string_view literal = NameAtFront(text, "{{", "}}");
    const std::string_view name = NameAtFront(text, "{", "}");
    if (!literal.empty()) {
      expanded += text.substr(1, literal.size() + 2);
      text.remove_prefix(literal.size() + 4);
    } else if (!name.empty()) {
      const auto known = at.document().names.find(std::string(name));
      if (known == at.document().names.end()) return UnknownName(at, name);
      expanded += known->second;
      text.remove_prefix(name.size() + 2);
    } else {
      expanded += text.front();
      text.remove_prefix(1);
    }
  }
  return expanded;
}

Result<std::string> ReadExpanded(const Place& at) {
  TRY(const std::string text, at.String());
  return Expand(at, text);
}

Result<std::string> ReadText(const Place& at) {
  TRY(std::string text, at.String());
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return at.Unexpected("some text");
  return text;
}

Result<std::string> ReadPattern(const Place& at) {
  TRY(std::string text, at.String());
  if (std::optional<Error> wrong = WrongPattern(at, text)) return *std::move(wrong);
  return text;
}

std::optional<Error> WrongPattern(const Place& at, const std::string& text) {
  const std::string why = WhyNoPattern(text);
  if (why.empty()) return std::nullopt;
  return at.Wrong(fmt::format("{} is no regular expression: {}", Quoted(at.node().text), why));
}

Result<std::string> AbsolutePath(const Place& at, std::string_view text) {
  TRY(const std::string path, Expand(at, text));
  if (!path.starts_with('/')) {
    return at.Wrong(
        fmt::format("expected an absolute path, found {}; \"{{dir}}\" stands for the directory of "
                    "this file",
                    Quoted(path)));
  }
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  if (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  if (normal == path) return path;
  return at.Wrong(
      fmt::format("the path {} is not normalised; write {}", Quoted(path), Quoted(normal)));
}

Result<std::string> HostPath(const Place& at, std::string_view path) {
  TRY(std::string expanded, Expand(at, path));
  if (expanded.empty()) return at.Unexpected("a path");
  if (expanded.starts_with('/')) return expanded;
  // Not normalised: "a/../b" is another file than "b" where "a" is a symbolic link.
  const std::string_view relative = expanded;
  return fmt::format("{}/{}", at.document().dir == "/" ? "" : at.document().dir,
                     relative.starts_with("./") ? relative.substr(2) : relative);
}

}  // namespace sandproof
