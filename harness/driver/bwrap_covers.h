// What has the same effect as a flag that is gone, as far as it is certain.
#pragma once

#include <string>

namespace sandproof {

// Why a bind of `host` is read-only even without the flag, as far as anybody can see; or empty.
[[nodiscard]] std::string WhyReadOnlyAnyway(const std::string& host);

// What besides the mount keeps `uid` from writing to a file; empty for anything else.
[[nodiscard]] std::string WhatElseForbidsWriting(const std::string& host, unsigned uid);

// What besides a mount over a file of /proc keeps `uid` from what is in it; empty: nothing known.
[[nodiscard]] std::string WhatElseHides(const std::string& path, unsigned uid);

}  // namespace sandproof
