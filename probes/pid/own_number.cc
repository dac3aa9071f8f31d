// Attempts: nothing: looks at which number the agent has.
// Harmless: reads.
// Tells apart: fact "pid1", one value where the payload is process 1 of its namespace.
// Source: pid_namespaces(7) "The namespace init process".
#include <unistd.h>

#include "probes/agent/monitor.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation OwnNumber(const Request& /*request*/) {
  Facts facts = {{"pid1", {}}};
  // The probe itself may run in a worker of the agent's.
  const bool is_first = ::getpid() == 1 || ::getppid() == 1;
  if (is_first && Monitor() == 0) facts["pid1"].emplace_back("the payload");
  return Read("getppid", "", std::move(facts));
}

}  // namespace sandproof::probes::pid
