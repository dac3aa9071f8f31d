// The namespaces of a process, as seen from here.
#pragma once

#include "probes/wire/observation.h"

namespace sandproof {

// Facts "pid_ns", "net_ns", … with the inode number of each. Where we may not see them and are
// root, somebody with the ids of that process looks: proc(5) lets whoever may trace it, and so
// mostly its own user. What stays unseen is left out, with the fact "unread" that says why.
//
// Source: namespaces(7), ptrace(2) "Ptrace access mode checking".
[[nodiscard]] Facts NamespacesOf(int pid);

}  // namespace sandproof
