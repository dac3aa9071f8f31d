// The text of a captured configuration.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "harness/capture/compose.h"
#include "harness/spec/quote.h"

namespace sandproof {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 100;

// "{NAME}" would be taken for a variable of the configuration.
std::string Literal(std::string_view text) {
  std::string literal;
  while (!text.empty()) {
    const std::size_t end = text.front() == '{' ? text.find('}') : std::string_view::npos;
    const bool is_name = end != std::string_view::npos && IsName(text.substr(1, end - 1));
    const std::size_t size = is_name ? end + 1 : 1;
    literal += is_name ? fmt::format("{{{}}}", text.substr(0, size)) : std::string(1, text.front());
    text.remove_prefix(size);
  }
  return literal;
}

Json LineOf(const std::vector<std::string>& words, bool is_launch) {
  Json list = Json::array();
  for (const std::string& word : words) {
    const bool is_place = is_launch && &word == &words.back();
    list.push_back(is_place ? word : Literal(word));
  }
  return list;
}

std::string AccessName(PathAccess access) {
  switch (access) {
    case PathAccess::kReadOnly:
      return "read-only";
    case PathAccess::kReadWrite:
      return "read-write";
    case PathAccess::kPrivate:
      return "private";
    case PathAccess::kAbsent:
      return "absent";
  }
  return {};
}

Json Describe(const ComposedSandbox& sandbox) {
  Json json = {{"note", fmt::format("{}.", fmt::join(sandbox.notes, "; "))}};
  json["launch"] = LineOf(sandbox.launch, true);
  json["payload"] = LineOf(sandbox.payload, false);
  json["driver"] = "bwrap";
  json["profile"] = "strict";
  json["cwd"] = Literal(sandbox.cwd);
  if (sandbox.is_terminal) json["stdio"] = "pty";
  for (const auto& [fd, given] : sandbox.fds) {
    Json& entry = json["fds"][std::to_string(fd)];
    entry = Literal(given.path);
    if (given.writable) entry = {{"path", Literal(given.path)}, {"mode", "rw"}};
  }
  for (const auto& [path, access] : sandbox.paths)
    json["paths"][Literal(path)] = AccessName(access);
  return json;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

// Lists of words fill their lines: a launch line of one word a line cannot be read.
void Print(const Json& json, std::size_t indent, std::string& text) {
  const std::string margin(indent + 2, ' ');
  const bool is_list = json.is_array();
  if (!json.is_object() && !is_list) {
    text += Dump(json);
    return;
  }
  text += is_list ? "[" : "{";
  std::size_t column = kWidth;
  for (auto entry = json.begin(); entry != json.end(); ++entry) {
    if (entry != json.begin()) text += ',';
    if (is_list) {
      const std::string word = Dump(*entry);
      const bool fits = column + word.size() + 3 <= kWidth;
      text += fits ? " " + word : "\n" + margin + word;
      column = (fits ? column + 1 : margin.size()) + word.size() + 1;
    } else {
      text += "\n" + margin + Dump(entry.key()) + ": ";
      Print(*entry, indent + 2, text);
    }
  }
  text += "\n" + std::string(indent, ' ') + (is_list ? "]" : "}");
}

}  // namespace

std::string ToConfiguration(const Composition& composition, const std::string& origin) {
  Json json = {{"note", origin}};
  Json& sandboxes = json["sandboxes"] = Json::object();
  for (const ComposedSandbox& sandbox : composition.sandboxes) {
    sandboxes[sandbox.name] = Describe(sandbox);
  }
  std::string text;
  Print(json, 0, text);
  return text + "\n";
}

}  // namespace sandproof
