// The stand-in: what runs in place of a launcher's program, tells the harness, and becomes it.
#pragma once

#include <span>

namespace sandproof::probes {

// Whether this process was started from a file that ends as stand-ins do
// (probes/wire/start_record.h).
[[nodiscard]] bool IsStandIn();

// Tells the harness of the start, does what it asks, and becomes the real program, as which it then
// has the same pid, descriptors and dispositions. Where nobody listens it does so at once.
// Exit status: 127 where the program cannot be found or started.
int RunStandIn(std::span<char*> args);

}  // namespace sandproof::probes
