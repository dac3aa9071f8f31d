// The report for CI servers.
#pragma once

#include <cstdint>
#include <string>

#include "reports/run.h"

namespace sandproof {

enum class JunitDialect : std::uint8_t {
  kDefault,  // with the launch line's file and line on each testcase (GitLab, GitHub actions)
  kStrict,   // reports/junit-strict.xsd, a subset of what the Jenkins xUnit plugin accepts
};

// The run as JUnit XML: one testsuite per sandbox, one testcase per check. A fail is a failure,
// inconclusive an error, skipped and waived are skipped. A sandbox that falls short as a whole has
// a testcase "launch" with an error, so that the file is never greener than the exit code.
//
// Units: seconds with three decimals.
[[nodiscard]] std::string ToJunit(const Run& run, JunitDialect dialect);

}  // namespace sandproof
