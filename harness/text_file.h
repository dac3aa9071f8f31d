// Small files as text, those of /proc among them.
#pragma once

#include <string>

namespace sandproof {

// All of a file; empty where it cannot be read.
[[nodiscard]] std::string ReadTextFile(const std::string& path);

}  // namespace sandproof
