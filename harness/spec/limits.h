// Limits of a sandbox: what a configuration declares, and what the words of a launch line set.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sandproof {

// nullopt: nothing is said of it.
struct LimitsSpec {
  std::optional<std::uint64_t> pids = std::nullopt;           // processes and threads at a time
  std::optional<std::uint64_t> memory = std::nullopt;         // bytes, of all processes together
  std::optional<std::uint64_t> address_space = std::nullopt;  // bytes, of each process
  std::optional<std::uint64_t> open_files = std::nullopt;     // descriptors of each process
  std::optional<std::uint64_t> tmpfs = std::nullopt;          // bytes, each fresh file system
  std::optional<std::uint64_t> disk = std::nullopt;           // bytes, below each read-write path
  std::optional<double> cpus = std::nullopt;                  // processors' worth of time
  bool operator==(const LimitsSpec&) const = default;
};

// A number with an optional K, M, G or T, which are powers of 1024: "512M". nullopt for anything
// else, and for what does not fit.
[[nodiscard]] std::optional<std::uint64_t> ParseSize(std::string_view text);

}  // namespace sandproof
