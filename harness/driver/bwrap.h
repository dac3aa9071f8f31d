// The driver for lines that start bubblewrap, with or without a prefix ("setpriv … bwrap …").
#pragma once

#include "harness/driver/driver.h"

namespace sandproof {

[[nodiscard]] const Driver& BwrapDriver();

}  // namespace sandproof
