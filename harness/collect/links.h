// Symbolic links in the directories that a launcher binds.
#pragma once

#include <string>
#include <vector>

#include "harness/driver/driver.h"

namespace sandproof {

// As they are called inside: those directly in a bound directory that lead somewhere on the host.
// Not those of /usr, whose programs have many names that nobody chose, nor of the kernel's own file
// systems. At most 64 of each directory.
[[nodiscard]] std::vector<std::string> LinksToFollow(const Promises& promises);

}  // namespace sandproof
