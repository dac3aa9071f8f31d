// The report for machines: everything a Run holds, nothing rounded, cut or left out.
#pragma once

#include <string>
#include <string_view>

#include "reports/run.h"

namespace sandproof {

// The run as JSON, pretty-printed, in ASCII. Bytes that are not UTF-8 become U+FFFD. What is not
// known is null, never absent.
//
// Units: every duration in microseconds; error is an errno or, for "killed", a signal.
[[nodiscard]] std::string ToJson(const Run& run);

// JSON Schema (draft-07) that every such report fulfils.
[[nodiscard]] std::string_view JsonSchema();

}  // namespace sandproof
