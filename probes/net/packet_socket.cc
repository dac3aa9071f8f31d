// Attempts: socket(2) of AF_PACKET, SOCK_RAW.
// Harmless: with protocol 0 it receives nothing until it is bound, and it never is.
// Tells apart: EPERM, no CAP_NET_RAW over this network namespace, or a filter; EAFNOSUPPORT and
//   EACCES, a filter on families.
// Source: packet(7).
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

// In a child, because closing such a socket waits for an RCU grace period: several milliseconds
// that are the child's to spend.
Observation PacketSocket(const Request& request) {
  return InQuickChild(request, []() -> Observation {
    constexpr const char* kOperand = "AF_PACKET, SOCK_RAW";
    const int fd = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    return fd >= 0 ? Reached("socket", kOperand) : Denied("socket", kOperand, errno);
  });
}

}  // namespace sandproof::probes::net
