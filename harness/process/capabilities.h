// What we may do ourselves. A root that a container was given rarely has all capabilities, so the
// number of the uid says little.
#pragma once

#include <sys/capability.h>

#include <initializer_list>

namespace sandproof {

// Whether all of these are in our effective set. Source: capabilities(7), cap_get_proc(3).
[[nodiscard]] bool HasCapabilities(std::initializer_list<cap_value_t> wanted);

// Whether every one that the kernel has is. Source: cap_max_bits(3).
[[nodiscard]] bool HasEveryCapability();

}  // namespace sandproof
