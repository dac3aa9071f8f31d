// Attempts: to find a route to an address, by connect(2) of a UDP socket.
// Harmless: no packet is made.
// Tells apart: ENETUNREACH and EHOSTUNREACH, there is none; EACCES, one that prohibits; EPERM, a
//   filter of calls. A firewall is not seen.
// Source: udp(7), connect(2).
#include <netinet/in.h>

#include <cerrno>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation RouteTo(const Request& request) {
  const Address address = InetAddress(request);
  if (address.length == 0) return SetupFailed("connect", address.text, EINVAL);
  const UniqueFd fd(::socket(address.Family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", address.text, errno);
  if (::connect(fd.get(), address.Get(), address.length) != 0) {
    return Denied("connect", address.text, errno);
  }
  return Reached("connect", "UDP, " + address.text);
}

}  // namespace sandproof::probes::net
