// Attempts: a dump of the listening TCP sockets, in search of the port of the canary.
// Harmless: asks the kernel for one port; connects to nothing.
// Tells apart: ENOENT, the dump was read and the port is not listed; EPERM, EACCES and
//   EPROTONOSUPPORT, netlink is filtered or emulated.
// Source: sock_diag(7).
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/netlink.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::net {

namespace {

constexpr unsigned kListening = 1U << 10;  // TCP_LISTEN, which is no macro in <netinet/tcp.h>

struct DiagRequest {
  nlmsghdr header = {};
  inet_diag_req_v2 diag = {};
};

}  // namespace

Observation SockDiag(const Request& request) {
  const auto port = static_cast<std::uint16_t>(request.Number("port", 0));
  if (port == 0) return SetupFailed("netlink", "SOCK_DIAG_BY_FAMILY", EINVAL);
  DiagRequest ask;
  ask.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  ask.diag.sdiag_family = AF_INET;
  ask.diag.sdiag_protocol = IPPROTO_TCP;
  ask.diag.idiag_states = kListening;
  ask.diag.id.idiag_sport = htons(port);
  bool listed = false;
  const int error = Dump(NETLINK_SOCK_DIAG, &ask.header, sizeof ask, [&](const nlmsghdr& answer) {
    if (answer.nlmsg_type != SOCK_DIAG_BY_FAMILY) return;
    const auto* const message = static_cast<const inet_diag_msg*>(NLMSG_DATA(&answer));
    listed = listed || message->id.idiag_sport == htons(port);
  });
  if (error != 0) return Denied("netlink", "SOCK_DIAG_BY_FAMILY", error);
  const std::string operand = "port " + request.Param("port");
  return listed ? Reached("SOCK_DIAG_BY_FAMILY", operand)
                : Denied("SOCK_DIAG_BY_FAMILY", operand, ENOENT);
}

}  // namespace sandproof::probes::net
