// Attempts: uname(2), in search of the token to which the outer node name was changed meanwhile.
// Harmless: reads; the harness changed the name of a UTS namespace of its own.
// Tells apart: ENOENT, the name inside is another one: it does not follow.
// Source: uts_namespaces(7). A name that equals the host's proves nothing, since a new namespace
//   inherits it.
#include <sys/utsname.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::uts {

Observation NodeName(const Request& request) {
  const std::string& token = request.Param("name");
  if (token.empty()) return SetupFailed("uname", "no token", EINVAL);
  utsname names = {};
  if (::uname(&names) != 0) return Denied("uname", "", errno);
  return token == names.nodename ? Reached("uname", token) : Denied("uname", token, ENOENT);
}

}  // namespace sandproof::probes::uts
