// The canary key of a launch: what the guard and the stage share.
#pragma once

#include <string_view>

namespace sandproof::probes {

// A session keyring of this launch's own with the canary key in it, so that nothing is added to
// the keyring of whoever runs the harness. `option` is "DESCRIPTION:NONCE".
void PlantSessionKey(std::string_view option);

}  // namespace sandproof::probes
