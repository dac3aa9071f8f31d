// Attempts: one IP packet of protocol 253, which a listener of this run answers with its nonce.
// Harmless: the protocol is for experiments, nobody else speaks it; one packet, which bears the tag
//   of this run, in a network that the harness made or to this machine itself.
// Tells apart: EPERM, no CAP_NET_RAW over this network namespace, or a filter; ENETUNREACH, no
//   route; silence: only the canary's counter can say whether the packet came.
// Source: raw(7), RFC 3692.
#include <netinet/in.h>
#include <poll.h>

#include <cerrno>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation RawExchange(const Request& request) {
  const Address address = InetAddress(request);
  const std::string operand =
      "SOCK_RAW, protocol " + request.Param("protocol") + ", " + request.Param("host");
  if (address.length == 0) return SetupFailed("connect", operand, EINVAL);
  const auto protocol = static_cast<int>(request.Number("protocol", 0));
  const UniqueFd fd(::socket(address.Family(), SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  if (!fd) return Denied("socket", operand, errno);
  if (::connect(fd.get(), address.Get(), address.length) != 0) {
    return Denied("connect", operand, errno);
  }
  const std::string& tag = request.Param("tag");
  if (::send(fd.get(), tag.data(), tag.size(), MSG_NOSIGNAL) < 0) {
    return Denied("send", operand, errno);
  }
  if (!PollFor(fd.get(), POLLIN, WaitMs(request))) return TimedOut("recv", operand);
  if (const int error = PendingError(fd.get())) return Denied("recv", operand, error);
  // At an address of our own we hear ourselves too.
  const std::string heard =
      HearUntil(fd.get(), [&](std::string_view text) { return HasNonce(request, text); });
  return ReachedIf(HasNonce(request, heard), "recv", operand);
}

}  // namespace sandproof::probes::net
