// Who was forked by whom.
#pragma once

#include <sys/types.h>

#include <vector>

namespace sandproof {

// The children of a process, of all its threads: proc(5) lists them by the thread that forked, and
// a launcher in Go forks from any. Empty for a process that has ended.
[[nodiscard]] std::vector<pid_t> ChildrenOf(pid_t pid);

}  // namespace sandproof
