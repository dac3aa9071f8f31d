// Attempts: uname(2).
// Harmless: reads.
// Tells apart: nothing; the call has no permission check.
// Source: uname(2), uts_namespaces(7).
#include <sys/utsname.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::uts {

Observation HostName(const Request& /*request*/) {
  utsname names = {};
  if (::uname(&names) != 0) return Denied("uname", "", errno);
  return Read("uname", "", {{"node_name", {names.nodename}}});
}

}  // namespace sandproof::probes::uts
