// Connecting to a listener of this run and asking it for its nonce.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "probes/agent/probe.h"

namespace sandproof::probes {

struct Address {
  sockaddr_storage storage = {};
  socklen_t length = 0;
  std::string text = {};  // "127.0.0.1:80", "/run/x.sock", "@name"

  [[nodiscard]] int Family() const { return storage.ss_family; }
  [[nodiscard]] const sockaddr* Get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// From the parameters host and port; length 0 when they are not a numeric address.
[[nodiscard]] Address InetAddress(const Request& request);
// From the parameter path or, in the abstract namespace, name; length 0 when too long or absent.
[[nodiscard]] Address UnixAddress(const Request& request);

// A stream connection that must hear the parameter nonce.
//
// Units:  waits up to 1.5 s for each of the connection and the nonce.
// Errors: denied "socket" or "connect"; timeout when nothing answered; not proven when something
//         else answered.
[[nodiscard]] Observation ConnectAndHear(const Request& request, const Address& address);

// A datagram with the parameter tag, whose answer must be the nonce. Units and errors as above.
[[nodiscard]] Observation SendAndHear(const Request& request, const Address& address);

}  // namespace sandproof::probes
