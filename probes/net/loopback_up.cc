// Attempts: a datagram over 127.0.0.1 from a socket to itself.
// Harmless: a socket of our own, on a port that the kernel chose.
// Tells apart: ENETUNREACH and EADDRNOTAVAIL, a network namespace whose loopback is down; EPERM and
//   EACCES, a filter.
// Source: network_namespaces(7), ip(7).
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

Observation LoopbackUp(const Request& /*request*/) {
  constexpr const char* kOperand = "127.0.0.1, itself";
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", "AF_INET", errno);
  sockaddr_in own = {};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const address = reinterpret_cast<sockaddr*>(&own);
  socklen_t length = sizeof own;
  if (::bind(fd.get(), address, length) != 0) return Denied("bind", kOperand, errno);
  if (::getsockname(fd.get(), address, &length) != 0) {
    return SetupFailed("getsockname", kOperand, errno);
  }
  if (::sendto(fd.get(), "x", 1, 0, address, length) != 1) {
    return Denied("sendto", kOperand, errno);
  }
  char byte = 0;
  const bool came = PollFor(fd.get(), POLLIN, 500) && ::recv(fd.get(), &byte, 1, 0) == 1;
  return came ? Reached("recv", kOperand) : Denied("recv", kOperand, ETIMEDOUT);
}

}  // namespace sandproof::probes::net
