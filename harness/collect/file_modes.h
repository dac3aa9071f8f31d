// What the modes of files let others do.
#pragma once

#include <sys/types.h>

#include <string>

namespace sandproof {

// Whether the modes give the right (S_IROTH, S_IWOTH) to whoever is neither the owner nor in the
// group: that of the file, and, to get there, those of all directories above it
// (path_resolution(7)).
[[nodiscard]] bool IsOpenToAll(const std::string& path, mode_t right);

}  // namespace sandproof
