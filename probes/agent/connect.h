// Connecting to a listener of this run and asking it for its nonce.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <optional>
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

// From the parameters host and port, or from such words; length 0 when they are not a numeric
// address.
[[nodiscard]] Address InetAddress(const Request& request);
[[nodiscard]] Address InetAddress(const std::string& host, const std::string& port_text);
// From the parameter path or, in the abstract namespace, name; length 0 when too long or absent.
[[nodiscard]] Address UnixAddress(const Request& request);

// Nothing came within the time.
[[nodiscard]] Observation TimedOut(std::string_view name, std::string_view operand);

// How long the first answer may take, in milliseconds: the parameter wait_ms, or 1500. Less where
// the kernel alone must answer, so that what a firewall drops does not cost seconds.
[[nodiscard]] int WaitMs(const Request& request);

// Whether the port is in use in this very network namespace, and not only reachable from it: what
// tells the host's namespace from one that is mapped to it (pasta, slirp4netns).
[[nodiscard]] bool IsPortTakenHere(const Address& address);

// The error that waits on a socket, and is taken from it; 0: none.
[[nodiscard]] int PendingError(int fd);

// Bytes until `is_whole` says that they are enough, the peer closed, or 1.5 s passed without any.
[[nodiscard]] std::string HearUntil(int fd, const std::function<bool(std::string_view)>& is_whole);

// Whether the parameter nonce is in what was heard.
[[nodiscard]] inline bool HasNonce(const Request& request, std::string_view heard) {
  const std::string& nonce = request.Param("nonce");
  return !nonce.empty() && heard.find(nonce) != std::string_view::npos;
}

// A connection, or what refused it.
struct Connected {
  UniqueFd fd = {};
  std::optional<Observation> refusal = std::nullopt;
};
// Parameters: type ("seqpacket"; otherwise a stream), protocol (a number), wait_ms.
[[nodiscard]] Connected ConnectTo(const Request& request, const Address& address);

// A connection that must hear the parameter nonce.
//
// Units:  waits up to wait_ms for the connection and up to 1.5 s for the nonce.
// Errors: denied "socket" or "connect"; timeout when nothing answered; not proven when something
//         else answered.
[[nodiscard]] Observation ConnectAndHear(const Request& request, const Address& address);

// A datagram with the parameter tag, or with `message`, whose answer must hold the nonce. Units and
// errors as above.
[[nodiscard]] Observation SendAndHear(const Request& request, const Address& address);
[[nodiscard]] Observation ExchangeAndHear(const Request& request, const Address& address,
                                          std::string_view message);

}  // namespace sandproof::probes
