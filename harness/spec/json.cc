#include "harness/spec/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "harness/spec/quote.h"

namespace sandproof {
namespace {

using Json = nlohmann::json;

// Walks over the text and tells how far the parser has read: its SAX events carry no position.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at = nullptr;
  const char** read = nullptr;

  reference operator*() const { return *at; }
  Cursor& operator++() {
    *read = ++at;
    return *this;
  }
  Cursor operator++(int) {
    const Cursor before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Cursor& other) const { return at == other.at; }
};

// The library's message without its own prefix: "[json.exception.…] parse error at line 1, …: ".
std::string_view Bare(std::string_view message) {
  constexpr std::string_view kPosition = "parse error at line ";
  if (const std::size_t end = message.find("] "); end != std::string_view::npos) {
    message.remove_prefix(end + 2);
  }
  if (!message.starts_with(kPosition)) return message;
  const std::size_t colon = message.find(": ");
  return colon == std::string_view::npos ? message : message.substr(colon + 2);
}

std::string_view Hint(std::string_view message, std::string_view last_token) {
  if (message.find("unexpected end of input") != std::string_view::npos) {
    return "; the file ends too early";
  }
  const bool is_literal = message.find("invalid literal") != std::string_view::npos;
  if (is_literal && (last_token.ends_with('/') || last_token.ends_with('#'))) {
    return "; JSON has no comments, use \"note\"";
  }
  return "";
}

// Builds the tree from the parser's events. The names of the functions are the library's.
class TreeBuilder final : public nlohmann::json_sax<Json> {
 public:
  TreeBuilder(std::string_view text, const std::string& file)
      : file_(file), begin_(text.data()), counted_(text.data()), read_(text.data()) {}

  const char** read() { return &read_; }
  [[nodiscard]] Result<JsonNode> Take() {
    if (error_) return *std::move(error_);
    return std::move(root_);
  }

  bool null() override { return Add({.kind = JsonKind::kNull, .text = "null"}); }
  bool boolean(bool value) override {
    return Add({.kind = JsonKind::kBoolean, .text = value ? "true" : "false"});
  }
  bool number_integer(number_integer_t value) override {
    return AddNumber(static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return AddNumber(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(number_float_t value, const string_t& written) override {
    return AddNumber(value, written);
  }
  bool string(string_t& value) override {
    if (value.find('\0') != string_t::npos) return Refuse(HerePath(), "a NUL in a string");
    return Add({.kind = JsonKind::kString, .text = std::move(value)});
  }
  bool binary(binary_t& /*value*/) override { return Refuse(HerePath(), "not JSON"); }

  bool start_object(std::size_t /*elements*/) override { return Open(JsonKind::kObject); }
  bool start_array(std::size_t /*elements*/) override { return Open(JsonKind::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& value) override {
    const int line = Line();
    const auto [first, is_new] = open_.back().lines.emplace(value, line);
    pending_key_ = std::move(value);
    pending_line_ = line;
    if (pending_key_.find('\0') != string_t::npos) return Refuse(HerePath(), "a NUL in a key");
    if (is_new) return true;
    return Refuse(HerePath(), fmt::format("duplicate key; line {} has it too", first->second));
  }

  bool parse_error(std::size_t /*position*/, const std::string& last_token,
                   const nlohmann::detail::exception& error) override {
    const std::string_view message = Bare(error.what());
    return Refuse("",
                  fmt::format("not valid JSON: {}{}", Escaped(message), Hint(message, last_token)));
  }

 private:
  struct OpenNode {
    JsonNode node = {};
    std::map<std::string, int> lines = {};  // of an object's keys
  };

  // The line of the last token. The last byte that was read is left out: after a number it is
  // already the one that follows.
  int Line() {
    const char* const end = read_ == begin_ ? begin_ : read_ - 1;
    if (end > counted_) line_ += static_cast<int>(std::count(counted_, end, '\n'));
    counted_ = std::max(counted_, end);
    return line_;
  }

  // The path of the value that comes next.
  [[nodiscard]] std::string HerePath() const {
    std::string path;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      const bool is_last = i + 1 == open_.size();
      const std::string& key = is_last ? pending_key_ : open_[i + 1].node.key;
      const JsonNode& node = open_[i].node;
      path = node.kind == JsonKind::kArray ? ElementPath(path, node.children.size())
                                           : MemberPath(path, key);
    }
    return path;
  }

  bool Refuse(std::string_view path, std::string_view what) {
    const std::string_view colon = path.empty() ? "" : ": ";
    error_ = WrongAt(file_, Line(), fmt::format("{}{}{}", path, colon, what));
    return false;
  }

  // Gives the value its key and line, and the next one none.
  JsonNode Placed(JsonNode node) {
    node.line = Line();
    if (!open_.empty() && open_.back().node.kind == JsonKind::kObject) {
      node.key = std::exchange(pending_key_, {});
      node.line = pending_line_;
    }
    return node;
  }

  bool Store(JsonNode node) {
    (open_.empty() ? root_ : open_.back().node.children.emplace_back()) = std::move(node);
    return true;
  }

  bool Add(JsonNode node) { return Store(Placed(std::move(node))); }
  bool AddNumber(double value, std::string written) {
    return Add({.kind = JsonKind::kNumber, .number = value, .text = std::move(written)});
  }

  bool Open(JsonKind kind) {
    // A JsonNode is destroyed, and later read, by recursion.
    if (open_.size() >= kMaxJsonDepth) {
      return Refuse("", fmt::format("nested deeper than {} levels", kMaxJsonDepth));
    }
    open_.push_back({.node = Placed({.kind = kind})});
    return true;
  }

  bool Close() {
    JsonNode done = std::move(open_.back().node);
    open_.pop_back();
    return Store(std::move(done));
  }

  const std::string& file_;
  const char* begin_;
  const char* counted_;  // up to here line_ counts
  const char* read_;     // up to here the parser has read
  int line_ = 1;
  JsonNode root_ = {};
  std::vector<OpenNode> open_ = {};
  std::string pending_key_ = {};
  int pending_line_ = 0;
  std::optional<Error> error_ = std::nullopt;
};

int LineOf(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

}  // namespace

Error WrongAt(std::string_view file, int line, std::string_view what) {
  return BadInput(fmt::format("{}:{}: {}", Escaped(file), line, what));
}

Result<JsonNode> ParseJson(std::string_view text, const std::string& file) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return WrongAt(file, 1, "the file is empty; expected an object with \"sandboxes\"");
  }
  // The library takes a NUL byte for the end of the text and would ignore what follows.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return WrongAt(file, LineOf(text, nul), "a NUL byte; this is not JSON in UTF-8");
  }
  TreeBuilder builder(text, file);
  const Cursor begin{.at = text.data(), .read = builder.read()};
  const Cursor end{.at = text.data() + text.size(), .read = builder.read()};
  // Reports through TreeBuilder::parse_error and does not throw.
  static_cast<void>(Json::sax_parse(begin, end, &builder));
  return builder.Take();
}

}  // namespace sandproof
