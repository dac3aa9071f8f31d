// The descriptors that a launcher is given besides 0, 1 and 2.
#pragma once

#include <vector>

#include "harness/driver/driver.h"

namespace sandproof {

// What the specification names, by number; memory files for those whose content is known.
[[nodiscard]] std::vector<LaunchDescriptor> HandedDescriptors(const LaunchInput& input);

}  // namespace sandproof
