// Attempts: a DNS query, over UDP or TCP, to a resolver of this run, whose TXT record is the nonce.
// Harmless: the resolver is the harness's, at an address that it made; the name bears the tag of
//   this run, as data would that leaves in a name.
// Tells apart: the errnos of connect(2) and send(2); silence, where only the canary's counter says
//   whether the query came; another answer, which is somebody else's.
// Source: RFC 1035 sections 4.1 and 4.2.2.
#include <algorithm>
#include <cerrno>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

namespace {

void AppendLabels(std::string& message, std::string_view name) {
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    message += static_cast<char>(label.size());
    message += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  message += '\0';
}

// One question: TXT, class IN, of TAG.NAME; recursion is desired.
std::string Query(const Request& request) {
  std::string query("\x5a\xfd\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
  AppendLabels(query, request.Param("tag") + '.' + request.Param("name"));
  return query + std::string("\x00\x10\x00\x01", 4);
}

}  // namespace

Observation DnsQuery(const Request& request) {
  const Address address = InetAddress(request);
  const std::string query = Query(request);
  if (request.Param("transport") != "tcp") return ExchangeAndHear(request, address, query);
  const Connected connected = ConnectTo(request, address);
  if (connected.refusal) return *connected.refusal;
  const std::string framed = std::string({'\0', static_cast<char>(query.size())}) + query;
  if (::send(connected.fd.get(), framed.data(), framed.size(), MSG_NOSIGNAL) < 0) {
    return Denied("send", address.text, errno);
  }
  const std::string heard = HearUntil(connected.fd.get(), [](std::string_view text) {
    return text.size() >= 2 && text.size() >= 2U + static_cast<unsigned char>(text[1]);
  });
  return ReachedIf(HasNonce(request, heard), "recv", address.text);
}

}  // namespace sandproof::probes::net
