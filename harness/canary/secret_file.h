// Where the canary file lies that no sandbox is meant to see, and the handle that names it.
#pragma once

#include <string>
#include <vector>

#include "probes/wire/request.h"

namespace sandproof {

// A directory that we may write to and that none of `declared` covers, nor is below. Where every
// candidate is covered (a launcher that binds "/"), the first that we may write to: such a sandbox
// does show the host's files, and the property is there to say so.
[[nodiscard]] std::string SecretDirectory(const std::vector<std::string>& declared);

// Adds handle_type and handle (hex) of params["path"], by name_to_handle_at(2); nothing where the
// filesystem has no handles.
void AddFileHandle(Params& params);

}  // namespace sandproof
