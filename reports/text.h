// What the reports for people say in the same words: what was seen, what the control showed.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "reports/run.h"

namespace sandproof {

// What happened inside: "mount(/app, MS_REMOUNT|MS_BIND): reached · flags=rw,nosuid".
[[nodiscard]] std::string SeenText(const CheckResult& result);

// What the same attempt did outside: "before and after: reached".
[[nodiscard]] std::string ControlText(const CheckResult& result);

// Why the verdict is what it is: the sentence, or the bare word where there is none.
[[nodiscard]] std::string ReasonText(const CheckResult& result);

// "accepted until the move to rootless (ops@example.org, until 2027-01-31)".
[[nodiscard]] std::string WaiverText(const Waiver& waiver);

// What a pass says: the claim, or that it is not to hold.
[[nodiscard]] std::string ClaimText(const CheckResult& result);

// "fs.ro.open_write[/app]", safe to print.
[[nodiscard]] std::string IdText(const CheckResult& result);

// A command line, quoted where a shell needs it: "bwrap --ro-bind '/a b' /app".
[[nodiscard]] std::string ArgvText(const std::vector<std::string>& argv);

// Seconds with three decimals, never with an exponent: "0.041".
[[nodiscard]] std::string SecondsText(std::chrono::microseconds duration);

}  // namespace sandproof
