// The report for machines: everything a Run holds, nothing rounded, cut or left out. It is also the
// form in which observations are stored, to be judged again.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "reports/run.h"

namespace sandproof {

// The run as JSON, pretty-printed, in ASCII. Bytes that are not UTF-8 are written as ToUtf8 does.
// What is not known is null, never absent.
//
// Units: every duration in microseconds; error is an errno or, for "killed", a signal.
[[nodiscard]] std::string ToJson(const Run& run);

// Version of the format; a report of another one is not read.
inline constexpr std::string_view kReportVersion = "1.2";

// Why a text is no report that can be judged.
struct Unreadable {
  std::string message = {};
};

// The run of such a report with its evidence, not judged: verdicts, counts and remedies are left
// out, for JudgeSandbox to find anew. `catalogue` holds the records of its properties.
//
// Errors: a text that is no JSON, no report, one of another version, or names a property that the
// catalogue does not have.
[[nodiscard]] std::variant<Run, Unreadable> ReadJson(std::string_view text,
                                                     std::span<const Property> catalogue);

// JSON Schema (draft-07) that every such report fulfils.
[[nodiscard]] std::string_view JsonSchema();

}  // namespace sandproof
