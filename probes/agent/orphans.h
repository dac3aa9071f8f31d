// What outlives a launcher.
#pragma once

#include <sys/types.h>

namespace sandproof::probes {

// Kills the launcher, a child of ours, and nothing else, and waits until every process that it
// leaves to us, its subreaper, either has ended or shows no sign of ending. How many do not end;
// -1 where that could not be told. A `launcher` of -1 has ended by itself already.
//
// Why signs: whoever has asked for a signal at its parent's death (PR_SET_PDEATHSIG) has got it
// when the parent can be reaped, so there is no need to guess how long an end takes. Source:
// forget_original_parent() in kernel/exit.c, zap_pid_ns_processes() in
//         kernel/pid_namespace.c.
[[nodiscard]] int CountOrphans(pid_t launcher);

}  // namespace sandproof::probes
