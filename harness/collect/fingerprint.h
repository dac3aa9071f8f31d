// What is written down of the machine, so that a report can be read elsewhere.
#pragma once

#include <string>
#include <vector>

#include "reports/run.h"

namespace sandproof {

[[nodiscard]] Fingerprint TakeFingerprint();
[[nodiscard]] std::string Hostname();

// "2026-11-24T04:41:52Z"; its first ten characters are the day.
[[nodiscard]] std::string UtcNow();

// The text of a small file with its line feed cut; empty when it cannot be read.
[[nodiscard]] std::string ReadLineOf(const std::string& path);

}  // namespace sandproof
