// For tests only: what a published schema says of a report.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace sandproof {

// Why the schema refuses the report; empty when it accepts it.
std::string RefusalBy(std::string_view schema_text, const nlohmann::json& report);

}  // namespace sandproof
