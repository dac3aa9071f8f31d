// Attempts: socket(2) of AF_NETLINK, NETLINK_KOBJECT_UEVENT, which announces the host's devices.
// Harmless: joins no group, so that it receives nothing.
// Tells apart: EPERM, EACCES, EAFNOSUPPORT and EPROTONOSUPPORT, a filter.
// Source: netlink(7).
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

Observation NetlinkUevent(const Request& /*request*/) {
  constexpr const char* kOperand = "AF_NETLINK, NETLINK_KOBJECT_UEVENT";
  const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
  return fd ? Reached("socket", kOperand) : Denied("socket", kOperand, errno);
}

}  // namespace sandproof::probes::net
