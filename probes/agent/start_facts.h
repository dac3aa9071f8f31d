// What a process can say of its own start.
#pragma once

#include <span>

#include "probes/wire/start_record.h"

namespace sandproof::probes {

// All but `called` and `program`. To be called before anything is opened.
[[nodiscard]] StartRecord OwnStart(std::span<char*> args);

}  // namespace sandproof::probes
