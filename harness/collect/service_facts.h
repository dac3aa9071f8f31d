// What is seen of a real service from outside.
#pragma once

#include <optional>
#include <string>

#include "harness/spec/spec.h"
#include "probes/wire/observation.h"

namespace sandproof {

// The fact wider: addresses besides the channel's on which its port is served by what runs below
// the guard. nullopt where nobody was found to listen.
[[nodiscard]] std::optional<Observation> ObserveBoundAddress(const ChannelSpec& channel,
                                                             int guard_pid);

// The facts open_to and mode of a socket of the host; nullopt where there is none.
[[nodiscard]] std::optional<Observation> ObserveSocketMode(const std::string& path);

}  // namespace sandproof
