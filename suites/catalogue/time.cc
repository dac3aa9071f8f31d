#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"
#include "suites/catalogue/remedies.h"
#include "suites/part.h"

namespace sandproof::catalogue {

std::vector<Property> Time() {
  return {
      {.id = "time.settable",
       .severity = Severity::kHigh,
       .claim = "The clock cannot be set.",
       .why = "No namespace has a real-time clock of its own: certificates, logs and locks of the "
              "whole machine follow.",
       .probe = "sys/harmless_call",
       .params = {{kPart, "settimeofday"}},
       .denied_by = OrFiltered(),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap", kDropCaps}, {"command", "drop CAP_SYS_TIME"}},
       .source = "settimeofday(2), time_namespaces(7)"},
      {.id = "time.ns_is_own",
       .severity = Severity::kInfo,
       .claim = "The payload has a time namespace of its own.",
       .why = "It hides how long the machine has been up.",
       .probe = "host/process",
       .fact = FactRule{.fact = "time_ns", .comparison = Comparison::kDiffersFromOutside},
       .expect = kNeverAsserted,
       .grade = Grade::kObserved,
       .source = "time_namespaces(7)"},
  };
}

}  // namespace sandproof::catalogue
