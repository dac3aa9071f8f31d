// What a helper tells the harness of its experiment, as one message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/supervise/experiment.h"

namespace sandproof {

[[nodiscard]] std::string Pack(const ExperimentResult& result);
// nullopt for what no Pack wrote.
[[nodiscard]] std::optional<ExperimentResult> Unpack(std::string_view text);

}  // namespace sandproof
