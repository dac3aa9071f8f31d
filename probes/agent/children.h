// The end of one's children: what the guard and the stage share.
#pragma once

#include <sys/types.h>

#include <chrono>

namespace sandproof::probes {

// Whether any child is left, zombies included.
[[nodiscard]] bool HasChildren();

// SIGKILL. Without CAP_KILL root may send it to who has its own uid alone; somebody with the uid of
// that process does it then. Source: kill(2), capabilities(7).
[[nodiscard]] bool Kill(pid_t process);

// Ends every child of a subreaper; each orphan becomes our child in turn, so this goes on until
// none is left, or for five seconds none could be killed. How many were.
int EndChildren();

// Until no child is left, or the time is over.
void AwaitChildren(std::chrono::milliseconds limit);

}  // namespace sandproof::probes
