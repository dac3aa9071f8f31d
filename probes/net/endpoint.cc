// Attempts: to reach a destination that the configuration allows, or the next port of the same
// host,
//   by TCP or UDP; a listener of this run answers with its nonce and counts.
// Harmless: the listener is the harness's, in a network that it made or at an address of this
//   machine.
// Tells apart: the errnos of connect(2) and recv(2); silence, a dropped packet.
// Source: tcp(7), udp(7).
#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation Endpoint(const Request& request) {
  Request ask = request;
  if (request.Param("which") == "other") {
    ask.params["port"] = request.Param("other_port");
    ask.params["nonce"] = request.Param("other_nonce");
  }
  const Address address = InetAddress(ask);
  return request.Param("type") == "udp" ? SendAndHear(ask, address) : ConnectAndHear(ask, address);
}

}  // namespace sandproof::probes::net
