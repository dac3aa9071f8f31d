// "log": what a launcher must print, and what it must not.
#pragma once

#include "harness/spec/place.h"
#include "harness/spec/spec.h"

namespace sandproof {

[[nodiscard]] Result<LogSpec> ReadLog(const Place& at);

}  // namespace sandproof
