// The guard: stands outside, between the harness and a launcher, and outlives neither.
#pragma once

#include <span>

namespace sandproof::probes {

// Starts one launcher, watches it, and leaves nothing of it behind.
//
// The harness may be killed at any moment, so the clean-up cannot be its own work: the guard is the
// subreaper of everything the launcher starts and ends it all when the control socket closes.
// It is also the launcher's session and process group leader, and so the canary for signals and
// terminal input that come out of the sandbox.
//
// Arguments: --control=FD (a SOCK_SEQPACKET socket) [--uid=N --gid=N --groups=N,N]
//            [--user-ns=FD] [--net-ns=FD] (namespaces to enter) [--user-namespace] [--tty]
//            [--session-key=DESCRIPTION:NONCE] -- LAUNCHER ARG…
// Sends:    "started PID" · "execfail ERRNO" · "exit STATUS CHILDREN_LEFT" (wait status)
//           "count SIGURG TTY_BYTES" (answer to "count") · "gone KILLED"
//           "bystander ERRNO" (answer to "bystander"; 0: it is there)
//           "orphans N" (answer to "orphans": how many processes outlive the launcher, -1: unknown)
// Receives: "count" (also ends the bystander, after counting what came to it) · "orphans" (kill the
//           launcher alone) · "bystander GROUP UID GID" (bystander.h; -1: the guard's own id)
//           "end" (as does a closed socket: kill what is left, then exit)
int RunGuard(std::span<char*> args);

}  // namespace sandproof::probes
