// What a bwrap line would make or change on the host itself.
#pragma once

#include <set>
#include <span>
#include <string>

#include "harness/driver/bwrap_args.h"
#include "harness/spec/spec.h"

namespace sandproof {

// The host's paths that bwrap would make, write or change the mode of: a mount point, directory,
// link or file of its own that falls on a bind mount which lets write.
//
// Why: without the tmpfs that the user has there, "--dir /tmp/x" makes x in the host's /tmp.
[[nodiscard]] std::set<std::string> HostPathsChanged(std::span<const BwrapOption> options,
                                                     const SandboxSpec& spec);

}  // namespace sandproof
