// What we may do ourselves. A root that a container was given rarely has all capabilities, so the
// number of the uid says little.
#pragma once

#include <sys/capability.h>

#include <initializer_list>

namespace sandproof {

// Whether all of these are in our effective set. Source: capabilities(7), cap_get_proc(3).
[[nodiscard]] bool HasCapabilities(std::initializer_list<cap_value_t> wanted);

// Whether a user namespace of our own would add nothing to what we may do with namespaces that we
// make: CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE.
[[nodiscard]] bool MayFillNamespaces();

}  // namespace sandproof
