// The planter: a process inside one sandbox with one of everything that no other may reach.
#pragma once

#include <string_view>

#include "probes/agent/probe.h"

namespace sandproof::probes {

// Probes about other sandboxes. A first batch with one of them makes the agent take one batch after
// another, and wait for the planter, if it has one, when its input has ended.
inline constexpr std::string_view kPeerProbes = "peer/";

// Leaves a process behind that plants what the parameters name, answers whoever comes, and takes
// all of it back when standard input ends. What the kernel would keep is named by whoever asks, so
// that it can be journalled before.
//
// Parameters: nonce fd_nonce (hex) token (its name in comm) stream dgram (abstract names) port
//             (TCP and UDP of 127.0.0.1) tmp shm (files) queue (POSIX) segment (bytes, System V)
//             key (description) sockets written (paths, separated by colons)
// Facts:      pid (in its own PID namespace) descriptor segment_id key, and failed: "NAME ERRNO" or
//             "NAME signal NUMBER" for each thing that could not be had.
// Errors:     setup_failed where no process can be left.
[[nodiscard]] Observation LeavePlanter(const Request& request);

// For the agent itself, before the batch that plants: orphans become its children.
void AdoptPlanter();
// Before each later batch: a planter that has died goes.
void ReapPlanter();
// When its input has ended: until the planter has taken everything back.
void AwaitPlanter();

}  // namespace sandproof::probes
