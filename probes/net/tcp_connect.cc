// Attempts: a TCP connection to a listener of this run, which answers with its nonce.
// Harmless: an address of this machine; nothing is sent, nothing leaves it.
// Tells apart: ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL, EHOSTUNREACH: another network namespace
//   (its loopback is up or down); EACCES, EPERM: a filter; timeout: a dropped packet.
// Source: network_namespaces(7), tcp(7), connect(2).
#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation TcpConnect(const Request& request) {
  return ConnectAndHear(request, InetAddress(request));
}

}  // namespace sandproof::probes::net
