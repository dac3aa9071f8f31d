// Settings of the kernel, which are files that take a whole text at once.
#pragma once

#include <string>

namespace sandproof {

// Writes the text in one write(2) to a file that is there. False with errno when it was not taken.
[[nodiscard]] bool WriteText(const std::string& path, const std::string& text);

}  // namespace sandproof
