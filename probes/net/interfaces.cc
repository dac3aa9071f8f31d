// Attempts: the list of network interfaces.
// Harmless: reads names.
// Tells apart: an errno of if_nameindex(3), netlink or the socket is filtered.
// Source: if_nameindex(3), network_namespaces(7).
#include <net/if.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

Observation Interfaces(const Request& /*request*/) {
  constexpr std::size_t kMost = 64;
  struct if_nameindex* const list = ::if_nameindex();
  if (list == nullptr) return Denied("if_nameindex", "", errno);
  Facts facts = {{"interfaces", {}}};
  std::vector<std::string>& names = facts["interfaces"];
  for (const struct if_nameindex* one = list; one->if_index != 0; ++one) {
    if (names.size() < kMost) names.emplace_back(one->if_name);
  }
  ::if_freenameindex(list);
  return Read("if_nameindex", "", std::move(facts));
}

}  // namespace sandproof::probes::net
