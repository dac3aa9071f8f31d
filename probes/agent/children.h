// The end of one's children: what the guard and the stage share.
#pragma once

namespace sandproof::probes {

// Whether any child is left, zombies included.
[[nodiscard]] bool HasChildren();

// Ends every child of a subreaper; each orphan becomes our child in turn, so this goes on until
// none is left. How many were killed.
int EndChildren();

}  // namespace sandproof::probes
