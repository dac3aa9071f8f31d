// What the harness asks of the agent.
//
// A batch is text, one request a line, so that a person can write one by hand:
//
//   sandproof-batch 1 NONCE COUNT
//   INDEX PROBE LIMIT_MS KEY=VALUE KEY=VALUE …
//   end
//
// Keys and values are percent-encoded: every byte outside [A-Za-z0-9._~/:@+,-] is %XX.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

using Params = std::map<std::string, std::string, std::less<>>;

// One probe to run, with its operands.
struct Request {
  std::uint32_t index = 0;
  std::string probe = {};  // "fs/read_file"
  std::chrono::milliseconds limit = std::chrono::milliseconds(2000);
  Params params = {};

  // The parameter's value; empty when it was not given.
  [[nodiscard]] const std::string& Param(std::string_view key) const;
  // The parameter as a decimal number; `absent` when it was not given or is not a number.
  [[nodiscard]] long Number(std::string_view key, long absent = -1) const;
  bool operator==(const Request&) const = default;
};

struct Batch {
  std::string nonce = {};
  std::vector<Request> requests = {};
  bool operator==(const Batch&) const = default;
};

[[nodiscard]] std::string EncodeBatch(const Batch& batch);

// Errors: nullopt for anything that is not exactly one whole batch.
[[nodiscard]] std::optional<Batch> DecodeBatch(std::string_view text);

// True once `text` holds a whole batch, so that a reader need not wait for the end of its input
// (a terminal or a pipe that somebody else holds open may never end).
[[nodiscard]] bool IsWholeBatch(std::string_view text);

[[nodiscard]] std::string PercentEncode(std::string_view text);
[[nodiscard]] std::optional<std::string> PercentDecode(std::string_view text);

}  // namespace sandproof
