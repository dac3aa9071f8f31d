// Addresses of services on this machine, as a configuration writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandproof {

// 1 to 65535, in decimal digits; nullopt for anything else.
[[nodiscard]] std::optional<std::uint16_t> ParsePort(std::string_view text);

// A host that is a number, and a port.
struct HostPort {
  std::string host = {};  // "127.0.0.1", "::1"
  std::uint16_t port = 0;
};

// "HOST:PORT", where HOST is a numeric address (IPv6 in brackets) or "localhost", which is
// 127.0.0.1; nullopt for anything else.
[[nodiscard]] std::optional<HostPort> ParseHostPort(std::string_view text);

struct HttpTarget {
  HostPort at = {};
  std::string authority = {};  // as it was written, for "Host:"
  std::string path = {};       // with its query
};

// "http://HOST[:PORT][/PATH]"; nullopt for anything else.
[[nodiscard]] std::optional<HttpTarget> ParseHttpUrl(std::string_view url);

}  // namespace sandproof
