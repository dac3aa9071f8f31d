// Whether a number was a descriptor before the agent opened anything itself.
#pragma once

namespace sandproof::probes {

// False for numbers that were free at the start: what stands there now is the agent's own.
[[nodiscard]] bool WasInherited(int fd);

}  // namespace sandproof::probes
