// A device node of the canary's disk, made by the payload itself.
#pragma once

#include <optional>
#include <string>

#include "probes/agent/probe.h"

namespace sandproof::probes {

// mknod(2) of the block device "major":"minor" in a directory of its own, and its path; for
// attempts in mounts of their own, as FreshDirectory. That a node can be made is no access yet: the
// device cgroup refuses the open, and a mount of a user namespace has no devices.
// Errors: nullopt, and what was denied in `denied`.
[[nodiscard]] std::optional<std::string> MakeBlockNode(const Request& request, Observation& denied);

// "b 7:0", as an operand.
[[nodiscard]] std::string BlockDevice(const Request& request);

}  // namespace sandproof::probes
