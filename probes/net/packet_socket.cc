// Attempts: socket(2) of AF_PACKET, of a type that packet sockets do not have.
// Harmless: no socket comes of it. Closing one takes an RCU grace period: many milliseconds.
// Tells apart: ESOCKTNOSUPPORT, let in (the property's reached_by), since the capability is asked
//   for before the type; EPERM, no CAP_NET_RAW over this network namespace, or a filter;
//   EAFNOSUPPORT and EACCES, a filter on families.
// Source: packet(7); packet_create() in net/packet/af_packet.c.
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

Observation PacketSocket(const Request& /*request*/) {
  constexpr const char* kOperand = "AF_PACKET, SOCK_STREAM";
  const UniqueFd fd(::socket(AF_PACKET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return fd ? Reached("socket", kOperand) : Denied("socket", kOperand, errno);
}

}  // namespace sandproof::probes::net
