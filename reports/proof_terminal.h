// The report of a proof for the person at the terminal.
#pragma once

#include <string>

#include "reports/proof.h"
#include "reports/terminal.h"

namespace sandproof {

// One section per sandbox: what is unguarded first, then every protection with the properties that
// missed it, then the properties that missed nothing. Verbose names them all.
[[nodiscard]] std::string ToTerminal(const Proof& proof, const TerminalOptions& options);

}  // namespace sandproof
