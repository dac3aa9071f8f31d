// Small files as text, those of /proc among them.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

namespace sandproof {

// All of a file; empty where it cannot be read.
[[nodiscard]] std::string ReadTextFile(const std::string& path);

// What a descriptor still has, up to its end or about `most` bytes. nullopt, with errno, where a
// read fails.
[[nodiscard]] std::optional<std::string> ReadRest(
    int fd, std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace sandproof
