// The process that started the payload and waits for its end.
#pragma once

#include <sys/types.h>

namespace sandproof::probes {

// Its number: the parent that the agent had when it started. 0 when it lies outside our PID
// namespace, as for a payload that is pid 1.
[[nodiscard]] pid_t Monitor();

}  // namespace sandproof::probes
