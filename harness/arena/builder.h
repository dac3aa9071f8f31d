// Makes an arena, in the helper process.
#pragma once

#include "harness/arena/arena.h"

namespace sandproof {

// Builds what is ordered and sends it, as parcels: first the far side, then the controls' network,
// then each launcher's. Where something is refused, one parcel with the word "refused" and the
// reason ends it. It leaves the caller in other namespaces.
//
// Words of a parcel: "made", then for each socket its error, empty for those that follow as
// descriptors. Descriptors: of the far side the user namespace first, where there is one; of the
// others their network namespace first.
void BuildArena(const ArenaOrder& order, int socket);

}  // namespace sandproof
