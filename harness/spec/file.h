// A whole file that somebody named, read with a limit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/result.h"

namespace sandproof {

struct Wanted {
  std::string_view what;      // "a configuration", for messages
  std::size_t max_bytes = 0;  // a larger file is refused
};

// The content of a regular file. Never waits: a FIFO or a device is refused.
//
// Errors: kConfiguration with the file's name and what is wrong with it.
[[nodiscard]] Result<std::string> ReadFile(const std::string& file, const Wanted& wanted);

}  // namespace sandproof
