// Who was forked by whom.
#pragma once

#include <sys/types.h>

#include <vector>

namespace sandproof {

// The children of a process, of all its threads: proc(5) lists them by the thread that forked, and
// a launcher in Go forks from any. Empty for a process that has ended.
[[nodiscard]] std::vector<pid_t> ChildrenOf(pid_t pid);

// Of a process as this one's namespace numbers it; 0 when it has ended or its parent is elsewhere.
[[nodiscard]] pid_t ParentOf(pid_t pid);

// Whether it is `ancestor` or descends from it.
[[nodiscard]] bool IsBelow(pid_t pid, pid_t ancestor);

}  // namespace sandproof
