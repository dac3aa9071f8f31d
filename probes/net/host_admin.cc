// Attempts: SIOCSIFFLAGS of "lo" with the flags that it has, in the host's network namespace.
// Harmless: the flags stay what they are.
// Tells apart: EPERM, no CAP_NET_ADMIN over the namespace; the errnos of connect(2), the canary
// does
//   not answer, so this is not the host's namespace and there is nothing to administer.
// Source: netdevice(7), network_namespaces(7).
// Why: in a network namespace of its own a payload may administer it. The canary's port being taken
//   tells the host's namespace from one that is mapped to the host's loopback (pasta, slirp4netns).
#include <net/if.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation HostAdmin(const Request& request) {
  const Address canary = InetAddress(request);
  Observation seen = ConnectAndHear(request, canary);
  if (seen.outcome != Outcome::kReached) return seen;
  if (!IsPortTakenHere(canary)) return NotProven("bind", canary.text);
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", "AF_INET", errno);
  ifreq loopback = {};
  std::strcpy(loopback.ifr_name, "lo");
  if (::ioctl(fd.get(), SIOCGIFFLAGS, &loopback) != 0)
    return SetupFailed("SIOCGIFFLAGS", "lo", errno);
  if (::ioctl(fd.get(), SIOCSIFFLAGS, &loopback) != 0) return Denied("SIOCSIFFLAGS", "lo", errno);
  return Reached("SIOCSIFFLAGS", "lo, the same flags");
}

}  // namespace sandproof::probes::net
