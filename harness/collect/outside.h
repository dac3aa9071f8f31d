// Whether a payload may be asked to send packets to addresses outside.
#pragma once

#include <optional>
#include <string>

#include "probes/wire/observation.h"

namespace sandproof {

// What is known of the payload's process and of its network.
struct Whereabouts {
  std::optional<int> agent = std::nullopt;  // its pid, where it was found
  int guard = -1;
  std::string net_id = {};       // of its network namespace; empty where it cannot be read
  std::string launcher_id = {};  // of the one that the launcher was started in
};

// Why not; empty: it may.
//
// A launcher can hand its payload to a daemon, or enter a network that was there before. The
// arena's addresses would then be real ones, and no packet of ours may leave the machine. So it is
// asked only in the launcher's network, or in one that nobody but this launcher's processes is in.
[[nodiscard]] std::string WhyNotOutside(const Whereabouts& where);

}  // namespace sandproof
