// The protections of a bwrap line, each taken away or weakened.
#pragma once

#include <vector>

#include "harness/driver/mutation.h"
#include "harness/result.h"

namespace sandproof {

// One mutation or more for every option that protects something, in the order of the line, with
// those of what stands around bwrap. Options that only give the payload something, or that pass
// between bwrap and its caller, are listed with the reason and not launched.
//
// A line that would make or change a file on the host, which the user's own line does not, is not
// launched either. Looks at the disk only for what lies at the sources of binds.
// Errors: as for a launch.
[[nodiscard]] Result<std::vector<Mutation>> BwrapMutations(const MutationInput& input);

}  // namespace sandproof
