// A value of the file with where it stands, so that every message can say so.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.h"
#include "harness/spec/json.h"

namespace sandproof {

// What holds for the whole file.
struct Document {
  std::string file = {};
  std::string dir = {};                           // absolute, of the file
  std::map<std::string, std::string> names = {};  // what {NAME} stands for; "dir" is one of them
};

// One value. Refers to the document and to the tree, which must outlive it.
class Place {
 public:
  Place(const Document& document, const JsonNode& node, std::string path = {})
      : document_(&document), node_(&node), path_(std::move(path)) {}

  [[nodiscard]] const Document& document() const { return *document_; }
  [[nodiscard]] const JsonNode& node() const { return *node_; }
  [[nodiscard]] const std::string& key() const { return node_->key; }
  [[nodiscard]] int line() const { return node_->line; }

  // "FILE:LINE: PATH".
  [[nodiscard]] std::string Text() const;

  // "FILE:LINE: PATH: WHAT".
  [[nodiscard]] Error Wrong(std::string_view what) const;

  // An error for a value that is something else: "expected EXPECTED, found the number 5".
  [[nodiscard]] Error Unexpected(std::string_view expected) const;

  // An error for a key that is not among `valid`, with the nearest one that is.
  [[nodiscard]] Error UnknownKey(const std::vector<std::string>& valid) const;

  // The value of a string.
  [[nodiscard]] Result<std::string> String() const;

  // The elements of an array.
  [[nodiscard]] Result<std::vector<Place>> Elements() const;

  // The members of an object whose keys are the user's own, without its "note".
  [[nodiscard]] Result<std::vector<Place>> Members() const;

  // What is wrong with an object whose keys can only be these and "note"; nullopt: nothing.
  [[nodiscard]] std::optional<Error> WrongKeys(std::span<const std::string_view> valid) const;

  // The member of an object, or nullopt.
  [[nodiscard]] std::optional<Place> Find(std::string_view key) const;

  // The member of an object, which must have it.
  [[nodiscard]] Result<Place> Require(std::string_view key) const;

 private:
  const Document* document_;
  const JsonNode* node_;
  std::string path_;
};

// What `read` makes of a member, or `fallback` where there is none.
template <typename T>
[[nodiscard]] Result<T> ReadOr(T fallback, const Place& object, std::string_view key,
                               Result<T> (*read)(const Place& at)) {
  const std::optional<Place> member = object.Find(key);
  if (!member) return fallback;
  return read(*member);
}

// What `read` makes of a member that must be there.
template <typename T>
[[nodiscard]] Result<T> ReadMember(const Place& object, std::string_view key,
                                   Result<T> (*read)(const Place& at)) {
  TRY(const Place member, object.Require(key));
  return read(member);
}

}  // namespace sandproof
