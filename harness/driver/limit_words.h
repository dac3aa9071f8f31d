// Limits that the words of a launch line set: by prlimit(1) and systemd-run(1).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/driver/driver.h"
#include "harness/spec/limits.h"

namespace sandproof {

// What the words before a launcher or a payload set. Of several for one thing the last counts, as
// it does when they are obeyed; of soft and hard limits the hard one, because the soft one is the
// payload's to raise.
[[nodiscard]] LimitsSpec LimitsIn(std::span<const std::string> words);

// The same as promises, each with the words that make it.
[[nodiscard]] std::vector<FlagPromise> LimitPromisesOf(std::span<const std::string> words);

}  // namespace sandproof
