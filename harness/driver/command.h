// The driver for any line with "{payload}" in it: it knows nothing of the launcher, so the agent is
// started at its own path on the host, which must be visible inside.
#pragma once

#include "harness/driver/driver.h"

namespace sandproof {

[[nodiscard]] const Driver& CommandDriver();

}  // namespace sandproof
