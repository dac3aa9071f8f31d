// A probe that tries many cheap things at once answers them in one observation, and each property
// takes its own part out of it.
#pragma once

#include <string_view>

#include "probes/wire/observation.h"
#include "suites/property.h"

namespace sandproof {

// The parameter of a property that names its part. It is not sent: all parts are one request.
inline constexpr std::string_view kPart = "part";

// What the observation says of this property: itself where the property has no part; else the
// attempt that the fact of the part's name describes, "OUTCOME ERRNO BY CALL" ("denied 1 filter
// ptrace(PTRACE_TRACEME)"), where BY, who refused it, becomes a fact ("-" for nobody).
//
// Errors: an observation that bears no such fact is handed back as it is where it is none of a
// group's (the probe was killed, or never came that far), as setup_failed otherwise.
[[nodiscard]] Observation PartOf(const Property& property, const Observation& observation);

}  // namespace sandproof
