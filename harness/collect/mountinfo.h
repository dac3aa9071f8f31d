// The mount table of a process, for one that cannot read it itself.
#pragma once

#include <string>

namespace sandproof {

// The process's mountinfo, as the host numbers the process; empty where it has a /proc of its own
// to read it from, and where there is too much of it.
[[nodiscard]] std::string MountinfoWithoutProc(int pid);

}  // namespace sandproof
