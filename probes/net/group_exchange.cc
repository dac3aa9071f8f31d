// Attempts: one UDP datagram to a broadcast or multicast address; a listener of this run answers
//   with its nonce, from an address of its own, and counts.
// Harmless: sent only where the harness made the network, and with a hop limit of 1.
// Tells apart: ENETUNREACH, no route; EPERM and EACCES, a filter; silence: only the canary's
//   counter can say whether the datagram came.
// Source: ip(7) SO_BROADCAST, IP_MULTICAST_TTL; ipv6(7).
#include <netinet/in.h>
#include <poll.h>

#include <cerrno>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation GroupExchange(const Request& request) {
  const Address address = InetAddress(request);
  if (address.length == 0) return SetupFailed("sendto", address.text, EINVAL);
  const UniqueFd fd(::socket(address.Family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", address.text, errno);
  const int one = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
  ::setsockopt(fd.get(), IPPROTO_IP, IP_MULTICAST_TTL, &one, sizeof one);
  const std::string& tag = request.Param("tag");
  if (::sendto(fd.get(), tag.data(), tag.size(), MSG_NOSIGNAL, address.Get(), address.length) < 0) {
    return Denied("sendto", address.text, errno);
  }
  if (!PollFor(fd.get(), POLLIN, WaitMs(request))) return TimedOut("recvfrom", address.text);
  const std::string heard =
      HearUntil(fd.get(), [](std::string_view text) { return !text.empty(); });
  return ReachedIf(HasNonce(request, heard), "recvfrom", address.text);
}

}  // namespace sandproof::probes::net
