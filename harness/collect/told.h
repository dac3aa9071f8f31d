// What a sandboxed process may be unable to read of itself, and the host's /proc tells.
#pragma once

#include <string>

#include "probes/wire/request.h"

namespace sandproof {

// The mount table of a process, by the host's number of it; empty where it has a /proc of its own
// to read all of it from, and where there is too much. Of a root that is no mount point, as
// chroot(2) leaves it, the kernel lists nothing but what is mounted below it: then the mount that
// it lies in stands as "/", if this process sees that mount.
[[nodiscard]] std::string MountinfoToTell(int pid);

// The numbers of its open descriptors, joined by commas; empty where they cannot be read.
[[nodiscard]] std::string DescriptorsOf(int pid);

// Puts both into a request that goes to it, under "mountinfo" and "descriptors".
void TellFromOutside(int pid, Request& request);

}  // namespace sandproof
