// What the reports for machines have in common.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "reports/run.h"

namespace sandproof {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json TextOrNull(std::string_view text);
[[nodiscard]] Json SummaryJson(const Summary& summary);
[[nodiscard]] Json FingerprintJson(const Fingerprint& fingerprint);
[[nodiscard]] Json LaunchLineJson(const std::string& file, int line);

// The document as text, whose strings are made Unicode. ASCII, because the report is also read with
// cat: no C1 control and no bidirectional override reaches the terminal.
[[nodiscard]] std::string DumpAscii(Json document);

}  // namespace sandproof
