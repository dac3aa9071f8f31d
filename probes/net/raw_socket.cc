// Attempts: socket(2) of AF_INET, SOCK_RAW, IPPROTO_ICMP.
// Harmless: nothing is sent or read.
// Tells apart: EPERM, no CAP_NET_RAW over this network namespace, or a filter; EACCES and
//   EAFNOSUPPORT, a filter on families.
// Source: raw(7).
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

Observation RawSocket(const Request& /*request*/) {
  constexpr const char* kOperand = "AF_INET, SOCK_RAW, IPPROTO_ICMP";
  const UniqueFd fd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  return fd ? Reached("socket", kOperand) : Denied("socket", kOperand, errno);
}

}  // namespace sandproof::probes::net
