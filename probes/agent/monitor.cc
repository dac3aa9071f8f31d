#include "probes/agent/monitor.h"

#include <unistd.h>

namespace sandproof::probes {

namespace {

// Asked before main, because probes run in a worker whose parent is the agent itself, and without
// a procfs of our own PID namespace nothing says afterwards who the agent's parent is.
const pid_t kStartedBy = ::getppid();

}  // namespace

pid_t Monitor() { return kStartedBy; }

}  // namespace sandproof::probes
