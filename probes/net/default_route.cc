// Attempts: a dump of the routes of one family, in search of a default route of the main table.
// Harmless: asks the kernel; no packet is made.
// Tells apart: ENETUNREACH, all routes of the family were read and none is a default route; EPERM,
// EACCES and
//   EPROTONOSUPPORT, netlink is filtered.
// Source: rtnetlink(7) RTM_GETROUTE.
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/netlink.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::net {

namespace {

struct RouteRequest {
  nlmsghdr header = {};
  rtmsg route = {};
};

// The interface of a default route, -1 for one with several, 0 when the message is about another
// route. Unreachable defaults, which an IPv6 stack may have, are of another type.
int DefaultRouteVia(const nlmsghdr& header) {
  if (header.nlmsg_type != RTM_NEWROUTE) return 0;
  const auto* const route = static_cast<const rtmsg*>(NLMSG_DATA(&header));
  const bool is_default = route->rtm_dst_len == 0 && route->rtm_table == RT_TABLE_MAIN &&
                          route->rtm_type == RTN_UNICAST;
  if (!is_default) return 0;
  int left = static_cast<int>(header.nlmsg_len - NLMSG_LENGTH(sizeof *route));
  for (const rtattr* one = RTM_RTA(route); RTA_OK(one, left); one = RTA_NEXT(one, left)) {
    if (one->rta_type == RTA_OIF) return *static_cast<const int*>(RTA_DATA(one));
  }
  return -1;
}

}  // namespace

Observation DefaultRoute(const Request& request) {
  const int family = request.Param("family") == "6" ? AF_INET6 : AF_INET;
  RouteRequest ask;
  ask.header.nlmsg_type = RTM_GETROUTE;
  ask.route.rtm_family = static_cast<unsigned char>(family);
  int via = 0;
  const int error = Dump(NETLINK_ROUTE, &ask.header, sizeof ask, [&](const nlmsghdr& answer) {
    if (via == 0) via = DefaultRouteVia(answer);
  });
  if (error != 0) return Denied("netlink", "RTM_GETROUTE", error);
  char name[IF_NAMESIZE] = "?";
  if (via > 0) ::if_indextoname(static_cast<unsigned>(via), name);
  if (via != 0) return Reached("RTM_GETROUTE", std::string("default dev ") + name);
  return Denied("RTM_GETROUTE", family == AF_INET6 ? "default, IPv6" : "default, IPv4",
                ENETUNREACH);
}

}  // namespace sandproof::probes::net
