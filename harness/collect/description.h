// What a report says of a sandbox before anything is known of it: where it is launched, and how.
#pragma once

#include <string>

#include "harness/canary/networks.h"
#include "harness/collect/session.h"
#include "reports/run.h"

namespace sandproof {

// Where the canaries of a session are.
struct Places {
  Networks::Place near = Networks::Place::kHost;
  Networks::Place far = Networks::Place::kHost;

  // What is outside is asked of a launch of its own.
  [[nodiscard]] bool IsSplit() const { return near != far; }
};

[[nodiscard]] Places PlacesOf(const SessionOrder& order);

// The run of this sandbox, without results.
[[nodiscard]] SandboxRun Described(const SessionOrder& order, const Places& places);

}  // namespace sandproof
