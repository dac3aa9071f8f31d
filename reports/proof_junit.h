// The report of a proof for CI servers.
#pragma once

#include <string>

#include "reports/junit.h"
#include "reports/proof.h"

namespace sandproof {

// One testsuite per sandbox, one testcase per protection. Unguarded is a failure; what was not run
// is an error, and so is a sandbox that shows nothing as it is; unobservable, redundant and broken
// are skipped, with the reason.
[[nodiscard]] std::string ToJunit(const Proof& proof, JunitDialect dialect);

}  // namespace sandproof
