// Makes an arena, in the helper process.
#pragma once

#include "harness/arena/arena.h"

namespace sandproof {

// Builds what is ordered and sends it, as parcels: first the network namespace in which controls
// are to run, as soon as there is one; then, when all is made, the far side, the controls' network
// and each launcher's. Where something is refused, one parcel with the word "refused" and the
// reason ends it. It leaves the caller in other namespaces.
//
// Words of a parcel: "made", then for each socket its error, empty for those that follow as
// descriptors. Descriptors: of the far side the user namespace first, where there is one; of the
// launchers' their network namespace first.
void BuildArena(const ArenaOrder& order, int socket);

}  // namespace sandproof
