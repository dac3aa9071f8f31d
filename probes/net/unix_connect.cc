// Attempts: a connection to a Unix socket of this run, by path or abstract name; it answers with
//   its nonce.
// Harmless: only a listener of this run; nothing is sent.
// Tells apart: ENOENT, not in this mount namespace; ECONNREFUSED, no such abstract name in this
//   network namespace; EACCES, modes; EPERM, a Landlock scope or a filter.
// Source: unix(7) "Abstract sockets", landlock(7), CVE-2020-15257.
#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation UnixConnect(const Request& request) {
  return ConnectAndHear(request, UnixAddress(request));
}

}  // namespace sandproof::probes::net
