// Mounts by their number.
#pragma once

#include <string>

namespace sandproof {

// The number of the mount that a path lies in, as in /proc/self/mountinfo; 0 where the kernel does
// not tell (before 5.8) or the path is not there. No two mounts have the same at one time, in
// whatever namespaces they are.
// Source: statx(2) STATX_MNT_ID.
[[nodiscard]] unsigned long long MountIdOf(const std::string& path);

}  // namespace sandproof
