// Attempts: prctl(2) PR_GET_NO_NEW_PRIVS and PR_GET_SECUREBITS.
// Harmless: reads.
// Tells apart: an errno would be a filter's.
// Source: PR_SET_NO_NEW_PRIVS(2const), capabilities(7) "The securebits flags".
#include <sys/prctl.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::cap {

Observation NoNewPrivs(const Request& /*request*/) {
  const int no_new_privs = ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
  if (no_new_privs < 0) return Denied("prctl", "PR_GET_NO_NEW_PRIVS", errno);
  Facts facts = {{"NoNewPrivs", {std::to_string(no_new_privs)}}};
  const int securebits = ::prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  if (securebits >= 0) facts["securebits"] = {std::to_string(securebits)};
  return Read("prctl", "PR_GET_NO_NEW_PRIVS", std::move(facts));
}

}  // namespace sandproof::probes::cap
