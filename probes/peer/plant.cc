// Attempts: nothing; leaves a process behind, with a file in /tmp and /dev/shm, sockets, a System V
//   segment, a POSIX queue, a key and a descriptor, for probes in other sandboxes to look for.
// Harmless: all of it is of this run and is taken back when the agent's input ends; whoever asks
//   has journalled what the kernel would keep.
// Tells apart: for each thing the errno, or the signal of a filter, that refused it.
// Source: shmctl(2) IPC_RMID, mq_overview(7), keyctl(2), unix(7) SCM_RIGHTS.
#include "probes/agent/planter.h"

namespace sandproof::probes::peer {

Observation Plant(const Request& request) { return LeavePlanter(request); }

}  // namespace sandproof::probes::peer
