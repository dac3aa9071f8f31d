// Attempts: getenv(3) of the variable that the harness gave to the launcher.
// Harmless: reads; the value is the nonce of this run.
// Tells apart: ENOENT, the variable was not handed down.
// Source: environ(7), execve(2).
#include <cerrno>
#include <cstdlib>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

Observation Environment(const Request& request) {
  const std::string& name = request.Param("name");
  const std::string& nonce = request.Param("nonce");
  if (name.empty() || nonce.empty()) return SetupFailed("getenv", name, EINVAL);
  const char* const value = ::getenv(name.c_str());
  if (value == nullptr) return Denied("getenv", name, ENOENT);
  return ReachedIf(value == nonce, "getenv", name);
}

}  // namespace sandproof::probes::inherit
