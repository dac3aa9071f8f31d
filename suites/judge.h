// From what was observed to a verdict. Pure: no clock, no files, no processes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/wire/observation.h"
#include "suites/property.h"
#include "suites/verdict.h"

namespace sandproof {

// One question to one sandbox: a property, its subject and what is expected.
struct Check {
  const Property* property = nullptr;
  std::string subject = {};  // "/app"; empty for a property without subjects
  Expectation expectation = Expectation::kBlocked;
  std::vector<std::string> expected = {};  // for Comparison::kWithin, besides the record's values
  std::string not_applicable = {};         // why this check cannot be asked here; empty: it can

  // "fs.ro.open_write[/app]": the name in reports and in CTest.
  [[nodiscard]] std::string Id() const;
  // Whether just the opposite of the claim is expected: "allowed" of what is refused elsewhere, or
  // "blocked" of what works elsewhere.
  [[nodiscard]] bool IsContrary() const;
};

// The canary's own count of being touched, taken by the harness around one run of the agent.
struct Witness {
  long inside = 0;
  long control_before = 0;
  long control_after = 0;
  bool operator==(const Witness&) const = default;
};

// Everything that is known about one check.
struct Evidence {
  std::optional<Observation> inside = std::nullopt;
  std::optional<Observation> control_before = std::nullopt;
  std::optional<Observation> control_after = std::nullopt;
  std::optional<Witness> witness = std::nullopt;  // for witnessed properties
  bool canary_alive = true;
  std::string silence = {};  // why there is no observation inside: "the launcher exited with 1 …"
};

// The verdict rules of the design, in their order.
[[nodiscard]] Judgement Judge(const Check& check, const Evidence& evidence);

}  // namespace sandproof
