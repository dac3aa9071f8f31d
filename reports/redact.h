// Keeps the secrets of launch lines out of reports, which CI stores where many can read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/proof.h"
#include "reports/run.h"

namespace sandproof {

// What stands in a report where a secret stood.
inline constexpr std::string_view kRedacted = "[redacted]";

// Whether a variable or an option of this name holds a secret: "GITHUB_TOKEN", "--api-key".
[[nodiscard]] bool IsSecretName(std::string_view name);

// Redacts the values behind `--setenv NAME` and `--name`, in words `NAME=value` of the launch
// lines, and in words that are a shell's whole command the same, where the name looks like a
// secret's; values of at least 8 bytes also wherever else the run says them. Absolute paths and
// numbers of up to seven digits stay: they are evidence, and a path names a secret without telling
// it.
//
// Judges anew what was redacted, because explanations quote observations. No verdict changes: a
// fact whose redaction would change one stays as it was.
void Redact(Run& run);

// The words of a launch line that Redact would hide, without their secrets: "--setenv API_TOKEN",
// "API_TOKEN=".
[[nodiscard]] std::vector<std::string> SecretsIn(const std::vector<std::string>& argv);

// The same for the lines of a proof, wherever it says them.
void Redact(Proof& proof);

}  // namespace sandproof
