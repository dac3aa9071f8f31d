#include "harness/spec/place.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/spec/quote.h"
#include "harness/spec/spec.h"

namespace sandproof {
namespace {

constexpr std::string_view kNote = "note";

std::string Described(const JsonNode& node) {
  switch (node.kind) {
    case JsonKind::kNull:
    case JsonKind::kBoolean:
      return node.text;
    case JsonKind::kNumber:
      return "the number " + Escaped(node.text);
    case JsonKind::kString:
      return Quoted(node.text);
    case JsonKind::kArray:
      return node.children.empty() ? "an empty array" : "an array";
    case JsonKind::kObject:
      return node.children.empty() ? "an empty object" : "an object";
  }
  return {};
}

}  // namespace

std::string Place::Text() const { return WrongAt(document_->file, line(), path_).message; }

Error Place::Wrong(std::string_view what) const {
  const std::string_view colon = path_.empty() ? "" : ": ";
  return WrongAt(document_->file, line(), fmt::format("{}{}{}", path_, colon, what));
}

Error Place::Unexpected(std::string_view expected) const {
  return Wrong(fmt::format("expected {}, found {}", expected, Described(*node_)));
}

Error Place::UnknownKey(const std::vector<std::string>& valid) const {
  if (const std::string nearest = Nearest(key(), valid); !nearest.empty()) {
    return Wrong(fmt::format("unknown key; did you mean \"{}\"?", nearest));
  }
  return Wrong(fmt::format("unknown key; valid here: {}", fmt::join(valid, ", ")));
}

Result<std::string> Place::String() const {
  if (node_->kind != JsonKind::kString) return Unexpected("a string");
  return node_->text;
}

Result<std::vector<Place>> Place::Elements() const {
  if (node_->kind != JsonKind::kArray) return Unexpected("an array");
  std::vector<Place> elements;
  elements.reserve(node_->children.size());
  for (std::size_t i = 0; i < node_->children.size(); ++i) {
    elements.emplace_back(*document_, node_->children[i], ElementPath(path_, i));
  }
  return elements;
}

Result<std::vector<Place>> Place::Members() const {
  if (node_->kind != JsonKind::kObject) return Unexpected("an object");
  std::vector<Place> members;
  members.reserve(node_->children.size());
  for (const JsonNode& child : node_->children) {
    Place member(*document_, child, MemberPath(path_, child.key));
    if (child.key != kNote) {
      members.push_back(std::move(member));
    } else if (child.kind != JsonKind::kString) {
      return member.Unexpected("a string, for \"note\" is a comment everywhere");
    }
  }
  return members;
}

std::optional<Error> Place::WrongKeys(std::span<const std::string_view> valid) const {
  const Result<std::vector<Place>> members = Members();
  if (!members) return members.error();
  for (const Place& member : *members) {
    if (std::ranges::find(valid, member.key()) != valid.end()) continue;
    std::vector<std::string> keys(valid.begin(), valid.end());
    keys.emplace_back(kNote);
    return member.UnknownKey(keys);
  }
  return std::nullopt;
}

std::optional<Place> Place::Find(std::string_view key) const {
  const auto found = std::ranges::find(node_->children, key, &JsonNode::key);
  if (found == node_->children.end()) return std::nullopt;
  return Place(*document_, *found, MemberPath(path_, key));
}

Result<Place> Place::Require(std::string_view key) const {
  std::optional<Place> member = Find(key);
  if (!member) return Wrong(fmt::format("\"{}\" is missing", key));
  return *std::move(member);
}

}  // namespace sandproof
