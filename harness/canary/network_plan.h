// Which canaries a run has in its networks, before any of them is made. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/arena/endpoint.h"
#include "harness/arena/socket.h"
#include "harness/canary/responder.h"
#include "probes/wire/request.h"
#include "suites/property.h"

namespace sandproof {

// A canary of a network.
struct NetworkCanary {
  Canary canary = Canary::kNone;
  std::string subject = {};  // the endpoint that it stands for, where it is one of several
  SocketPlan plan = {};
  Manner manner = Manner::kNonce;
  Params params = {};
};

struct NetworkPlan {
  std::vector<NetworkCanary> near = {};  // at the launcher's own side: loopback, abstract names
  std::vector<NetworkCanary> far = {};   // outside
};

// `id` is the run's; every canary gets a nonce of its own. Ports of the near side are chosen here,
// because the same ones serve in every network.
[[nodiscard]] NetworkPlan PlanArena(const std::string& id, const std::vector<Endpoint>& allowed);

// The same where there is no arena: loopback, and for what is outside this machine's own addresses
// ("" where it has none). The kernel chooses the ports.
[[nodiscard]] NetworkPlan PlanHost(const std::string& id, const std::vector<Endpoint>& allowed,
                                   const std::string& own4, const std::string& own6);

// Unix sockets of every type in a directory, which no network is in the way of.
[[nodiscard]] std::vector<NetworkCanary> PlanPaths(const std::string& directory);

// Whether a canary stands outside, and why it is not part of a run without an arena.
[[nodiscard]] bool IsFar(Canary canary);

// The numeric addresses that the far side needs.
[[nodiscard]] std::vector<std::string> AddressesOf(const std::vector<NetworkCanary>& far);

// The next port of the same host, which nobody declared: what a rule by address alone lets through.
[[nodiscard]] Endpoint UndeclaredPort(const Endpoint& endpoint,
                                      const std::vector<Endpoint>& allowed);

[[nodiscard]] bool IsLoopback(const std::string& host);

}  // namespace sandproof
