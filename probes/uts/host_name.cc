// Attempts: uname(2). A name that begins with the parameter `renamed` stands for the host's,
// `host`:
//   the harness changes the outer name while the sandbox runs, and both sides must tell the same.
// Harmless: reads.
// Tells apart: nothing; the call has no permission check.
// Source: uname(2), uts_namespaces(7).
#include <sys/utsname.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::uts {

Observation HostName(const Request& request) {
  utsname names = {};
  if (::uname(&names) != 0) return Denied("uname", "", errno);
  std::string name = names.nodename;
  const std::string& renamed = request.Param("renamed");
  if (!renamed.empty() && name.starts_with(renamed)) name = request.Param("host");
  return Read("uname", "", {{"node_name", {name}}});
}

}  // namespace sandproof::probes::uts
