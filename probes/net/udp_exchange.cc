// Attempts: one UDP datagram to a listener of this run, which answers with its nonce and counts.
// Harmless: an address of this machine; the datagram bears the tag of this run.
// Tells apart: ECONNREFUSED, ENETUNREACH: another network namespace; EPERM, EACCES: a filter;
//   silence: only the canary's counter can say whether the datagram came.
// Source: udp(7), network_namespaces(7).
#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation UdpExchange(const Request& request) {
  return SendAndHear(request, InetAddress(request));
}

}  // namespace sandproof::probes::net
