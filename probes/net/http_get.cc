// Attempts: an HTTP request to a server of this run, at an address where clouds have their metadata
//   service; its body is the nonce.
// Harmless: the server is the harness's, in a network that it made; outside of one this is not
//   asked.
// Tells apart: the errnos of connect(2); silence, a dropped packet; another body, a page that
//   somebody else sent.
// Source: RFC 9112.
#include <cerrno>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation HttpGet(const Request& request) {
  const Address address = InetAddress(request);
  const Connected connected = ConnectTo(request, address);
  if (connected.refusal) return *connected.refusal;
  const std::string text = "GET /latest/meta-data/" + request.Param("tag") +
                           " HTTP/1.1\r\nHost: " + address.text + "\r\nConnection: close\r\n\r\n";
  if (::send(connected.fd.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) {
    return Denied("send", address.text, errno);
  }
  const std::string heard =
      HearUntil(connected.fd.get(), [&](std::string_view body) { return HasNonce(request, body); });
  return ReachedIf(HasNonce(request, heard), "recv", address.text);
}

}  // namespace sandproof::probes::net
