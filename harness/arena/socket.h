// Sockets described first and made later, maybe in another network namespace by a helper.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/result.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

struct SocketPlan {
  int family = 0;            // AF_INET AF_INET6 AF_UNIX
  int type = 0;              // SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_SEQPACKET
  int protocol = 0;          // IPPROTO_…
  std::string address = {};  // numeric; for AF_UNIX a name in the abstract namespace
  std::uint16_t port = 0;    // 0: the kernel's choice
  std::string group = {};    // a multicast group to join, on the interface `interface`
  int interface = 0;
};

// A bound socket, which listens if it is connection-oriented; close-on-exec, non-blocking. It joins
// its group on every one of `interfaces`.
//
// Errors: kInternal, "bind(192.0.2.1:443): EADDRNOTAVAIL".
[[nodiscard]] Result<UniqueFd> MakeSocket(const SocketPlan& plan,
                                          const std::vector<int>& interfaces = {});

// Why it cannot be made, in the same words, as far as is known without trying; else empty.
[[nodiscard]] std::string ForeseenRefusal(const SocketPlan& plan);

// The port that it is bound to.
[[nodiscard]] std::uint16_t PortOf(int socket);

// "192.0.2.1:443", "[2001:db8::1]:443", "@name"
[[nodiscard]] std::string Text(const SocketPlan& plan);

}  // namespace sandproof
