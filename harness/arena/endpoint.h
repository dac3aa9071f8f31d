// A destination in a network.
#pragma once

#include <cstdint>
#include <string>

namespace sandproof {

// "tcp:192.0.2.10:443", "udp:[2001:db8::53]:53"
struct Endpoint {
  std::string text = {};
  int type = 0;           // SOCK_STREAM, SOCK_DGRAM
  std::string host = {};  // numeric
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

}  // namespace sandproof
