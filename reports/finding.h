// Results that say the same about several subjects, told as one:
// fs.ro.open_write[/app /etc /usr].
#pragma once

#include <string>
#include <vector>

#include "reports/run.h"

namespace sandproof {

// Results of one property that share verdict, reason, kind of observation, control and remedy.
struct Finding {
  std::vector<const CheckResult*> results = {};  // never empty; point into the SandboxRun

  [[nodiscard]] const CheckResult& First() const { return *results.front(); }

  // The id with all subjects, safe to print.
  [[nodiscard]] std::string Title() const;
};

// The results of one verdict, the gravest first, otherwise in the order of the run.
[[nodiscard]] std::vector<Finding> FindingsOf(const SandboxRun& sandbox, Verdict verdict);

// Why checks were skipped, the most frequent first. Sentences that differ only in what follows
// their first clause ("this host lacks it: outside, socket(…)") are one reason.
struct SkipReason {
  std::string text = {};
  int count = 0;
};
[[nodiscard]] std::vector<SkipReason> SkipReasonsOf(const SandboxRun& sandbox);

}  // namespace sandproof
