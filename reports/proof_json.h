// The report of a proof for machines.
#pragma once

#include <string>
#include <string_view>

#include "reports/proof.h"

namespace sandproof {

inline constexpr std::string_view kProofVersion = "2.0";

// The proof as JSON, pretty-printed, in ASCII; nothing rounded, cut or left out.
//
// Units: every duration in microseconds.
[[nodiscard]] std::string ToJson(const Proof& proof);

// JSON Schema (draft-07) that every such report fulfils.
[[nodiscard]] std::string_view ProofSchema();

}  // namespace sandproof
