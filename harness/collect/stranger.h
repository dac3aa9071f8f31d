// A payload that is no descendant of its launcher's: somebody else was asked to start it, as
// systemd-run asks the service manager. What the run made for the launcher alone, its network and
// its name, the payload may not be in, and then says nothing of it.
#pragma once

#include <map>
#include <string>

#include "probes/wire/observation.h"
#include "suites/property.h"

namespace sandproof {

struct Elsewhere {
  // Namespaces that the payload shares with us and the launcher does not, as the fact's name and
  // value: for the payload it is ours that are outside.
  Facts shared = {};
  // Why nothing can be said, by the first word of the properties' ids.
  std::map<std::string, std::string, std::less<>> whys = {};
};

// What the host says of the payload, of the launcher, and of where the harness was started: the
// facts of namespaces, as host_facts.h has them.
[[nodiscard]] Elsewhere WhereAStrangerIs(const Facts& payload, const Facts& launcher,
                                         const Facts& outer);

// Why the property says nothing; empty: it does.
[[nodiscard]] std::string WhyMisplaced(const Elsewhere& elsewhere, const Property& property);

}  // namespace sandproof
