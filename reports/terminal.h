// The report for the person at the terminal, or reading the log at night.
#pragma once

#include <cstddef>
#include <string>

#include "reports/run.h"

namespace sandproof {

// Units: width in columns, 0 for no limit.
struct TerminalOptions {
  bool color = false;
  bool verbose = false;  // also each skipped and each passed check
  std::size_t width = 0;
};

// One section per sandbox: what fails, gravest first, then what is inconclusive, waived, skipped;
// each with what was seen, what the control showed and how to fix it. One line sums up the run.
[[nodiscard]] std::string ToTerminal(const Run& run, const TerminalOptions& options);

}  // namespace sandproof
