// Descriptors and words on their way from a helper process.
#pragma once

#include <string>
#include <vector>

#include "harness/result.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

struct Parcel {
  std::vector<std::string> words = {};  // without line feeds
  std::vector<UniqueFd> fds = {};
};

// False when the other end is gone, or there is too much in it (kMostPassed descriptors).
[[nodiscard]] bool SendParcel(int socket, const Parcel& parcel);

// Waits at most `limit_ms`. Errors: kInternal when it passes or the other end is gone.
[[nodiscard]] Result<Parcel> ReceiveParcel(int socket, int limit_ms);

}  // namespace sandproof
