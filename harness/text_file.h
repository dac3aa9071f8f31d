// Small files as text, those of /proc among them.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

namespace sandproof {

// All of a file; empty where it cannot be read.
[[nodiscard]] std::string ReadTextFile(const std::string& path);

// What one read(2) of at most `most` bytes gives, empty where it fails. For what changes: between
// two reads of /proc/PID/cmdline the process may execute something else, and the file goes on with
// the words of that.
[[nodiscard]] std::string ReadOnce(const std::string& path, std::size_t most);

// What a descriptor still has, up to its end or about `most` bytes. nullopt, with errno, where a
// read fails.
[[nodiscard]] std::optional<std::string> ReadRest(
    int fd, std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace sandproof
