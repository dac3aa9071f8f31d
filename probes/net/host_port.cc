// Attempts: bind(2) of a free port of 127.0.0.1 in the host's network namespace: any, or one below
//   1024 (parameter which=low).
// Harmless: the port is given back at once, and nobody was listening there.
// Tells apart: EACCES, no CAP_NET_BIND_SERVICE for a low one; the errnos of connect(2), the canary
//   does not answer, so this is not the host's network and its ports are not the host's.
// Source: ip(7) ip_unprivileged_port_start, bind(2).
#include <netinet/in.h>

#include <cerrno>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

namespace {

Observation Bind(int port) {
  const Address address = InetAddress("127.0.0.1", std::to_string(port));
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", "AF_INET", errno);
  if (::bind(fd.get(), address.Get(), address.length) != 0) {
    return Denied("bind", address.text, errno);
  }
  return Reached("bind", port == 0 ? "127.0.0.1, any port" : address.text);
}

}  // namespace

Observation HostPort(const Request& request) {
  const Address canary = InetAddress(request);
  Observation seen = ConnectAndHear(request, canary);
  if (seen.outcome != Outcome::kReached) return seen;
  if (!IsPortTakenHere(canary)) return NotProven("bind", canary.text);
  if (request.Param("which") != "low") return Bind(0);
  constexpr int kHighest = 1023;
  constexpr int kLowest = 1000;
  for (int port = kHighest; port > kLowest; --port) {
    seen = Bind(port);
    if (seen.outcome != Outcome::kDenied || seen.error != EADDRINUSE) break;
  }
  return seen;
}

}  // namespace sandproof::probes::net
