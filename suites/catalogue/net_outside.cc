// What a sandbox reaches outside. Every canary there counts what comes, so that "blocked" means
// that nothing arrived at a listener which the controls did reach.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"
#include "suites/catalogue/remedies.h"

namespace sandproof::catalogue {

namespace {

constexpr std::string_view kFirewall =
    "let the launcher's firewall drop it, in a table of family inet, which covers IPv6 too";

// What all of them have in common. A firewall may refuse (the errnos of an ICMP error), drop
// (silence) or answer in another's place (no nonce); the canary's counter decides.
Property Outside(Property property) {
  property.params.push_back({"wait_ms", "300"});
  property.denied_by =
      OrNoSocket({ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, ECONNRESET});
  property.denied_by_signal = {SIGSYS};
  property.timeout_is_denial = true;
  property.witnessed = true;
  property.remedy = {{"bwrap", kUnshareNet}, {"command", kFirewall}};
  return property;
}

// Of a privilege that the launcher may have and the payload must not: its control is the launcher.
Property OfPackets(Property property) {
  property = Outside(std::move(property));
  property.expect = kBlockedUnlessAgent;
  return property;
}

Property OfServices(Property property) {
  property = Outside(std::move(property));
  property.control = ControlAs::kPayload;
  property.expect = kBlockedUnlessAgent;
  return property;
}

void AddStreamsAndDatagrams(std::vector<Property>& all) {
  all.push_back(OfServices(
      {.id = "net.tcp_outbound_reachable",
       .severity = Severity::kHigh,
       .claim = "No TCP connection over IPv4 leaves the sandbox.",
       .why = "With one, whatever runs inside sends data out and fetches its next stage.",
       .probe = "net/tcp_connect",
       .canary = Canary::kFarTcp4,
       .source = "tcp(7), network_namespaces(7)"}));
  all.push_back(
      OfServices({.id = "net.tcp6_outbound_reachable",
                  .severity = Severity::kHigh,
                  .claim = "No TCP connection over IPv6 leaves the sandbox.",
                  .why = "A firewall written for IPv4 leaves the same way open over IPv6.",
                  .probe = "net/tcp_connect",
                  .canary = Canary::kFarTcp6,
                  .source = "tcp(7), ipv6(7)"}));
  all.push_back(
      OfServices({.id = "net.udp_outbound_reachable",
                  .severity = Severity::kHigh,
                  .claim = "No UDP datagram over IPv4 leaves the sandbox.",
                  .why = "QUIC and tunnels carry anything in datagrams, past filters of TCP.",
                  .probe = "net/udp_exchange",
                  .canary = Canary::kFarUdp4,
                  .source = "udp(7), RFC 9000"}));
  all.push_back(
      OfServices({.id = "net.udp6_outbound_reachable",
                  .severity = Severity::kHigh,
                  .claim = "No UDP datagram over IPv6 leaves the sandbox.",
                  .why = "A firewall written for IPv4 leaves the same way open over IPv6.",
                  .probe = "net/udp_exchange",
                  .canary = Canary::kFarUdp6,
                  .source = "udp(7), ipv6(7)"}));
  all.push_back(OfServices({.id = "net.sctp_outbound_reachable",
                            .severity = Severity::kMedium,
                            .claim = "No SCTP association over IPv4 leaves the sandbox.",
                            .why = "Rules that name TCP and UDP let every other transport through.",
                            .probe = "net/tcp_connect",
                            .canary = Canary::kFarSctp4,
                            .source = "sctp(7)"}));
  all.push_back(OfServices({.id = "net.sctp6_outbound_reachable",
                            .severity = Severity::kMedium,
                            .claim = "No SCTP association over IPv6 leaves the sandbox.",
                            .why = "Rules that name TCP and UDP let every other transport through.",
                            .probe = "net/tcp_connect",
                            .canary = Canary::kFarSctp6,
                            .source = "sctp(7), ipv6(7)"}));
}

void AddUring(std::vector<Property>& all) {
  Property uring =
      OfServices({.id = "net.io_uring_egress",
                  .severity = Severity::kHigh,
                  .claim = "No TCP connection leaves the sandbox through io_uring.",
                  .why = "A filter of socket(2) and connect(2) does not see what a ring asks for.",
                  .probe = "net/io_uring_connect",
                  .canary = Canary::kFarUring,
                  .source = "io_uring_enter(2), CVE-2021-41133"});
  uring.absent_by = {EINVAL};
  uring.remedy = {{"bwrap", "add --unshare-net, and refuse io_uring_setup(2) by --seccomp"},
                  {"command", "sysctl kernel.io_uring_disabled=2"}};
  all.push_back(std::move(uring));
}

void AddPackets(std::vector<Property>& all) {
  all.push_back(OfPackets({.id = "net.icmp_outbound_reachable",
                           .severity = Severity::kMedium,
                           .claim = "No ICMP echo request leaves the sandbox.",
                           .why = "Data leaves in the payload of pings, and hosts are found.",
                           .probe = "net/icmp_echo",
                           .canary = Canary::kFarIcmp4,
                           .source = "icmp(7), raw(7)"}));
  all.push_back(OfPackets({.id = "net.icmp6_outbound_reachable",
                           .severity = Severity::kMedium,
                           .claim = "No ICMPv6 echo request leaves the sandbox.",
                           .why = "Data leaves in the payload of pings, and hosts are found.",
                           .probe = "net/icmp_echo",
                           .canary = Canary::kFarIcmp6,
                           .source = "icmp(7), RFC 4443"}));
  all.push_back(OfPackets({.id = "net.raw_outbound_reachable",
                           .severity = Severity::kMedium,
                           .claim = "No IPv4 packet of another protocol leaves the sandbox.",
                           .why = "Tunnels need no TCP and no UDP, only a raw socket.",
                           .probe = "net/raw_exchange",
                           .canary = Canary::kFarRaw4,
                           .source = "raw(7)"}));
  all.push_back(OfPackets({.id = "net.raw6_outbound_reachable",
                           .severity = Severity::kMedium,
                           .claim = "No IPv6 packet of another protocol leaves the sandbox.",
                           .why = "Tunnels need no TCP and no UDP, only a raw socket.",
                           .probe = "net/raw_exchange",
                           .canary = Canary::kFarRaw6,
                           .source = "raw(7), ipv6(7)"}));
}

void AddResolvers(std::vector<Property>& all) {
  constexpr std::string_view kTunnel =
      "Data leaves in the names that are asked for, and comes back in the answers.";
  all.push_back(OfServices({.id = "net.dns_udp_reachable",
                            .severity = Severity::kHigh,
                            .claim = "No resolver outside answers over UDP and IPv4.",
                            .why = kTunnel,
                            .probe = "net/dns_query",
                            .canary = Canary::kFarDnsUdp4,
                            .source = "RFC 1035"}));
  all.push_back(OfServices({.id = "net.dns_udp6_reachable",
                            .severity = Severity::kHigh,
                            .claim = "No resolver outside answers over UDP and IPv6.",
                            .why = kTunnel,
                            .probe = "net/dns_query",
                            .canary = Canary::kFarDnsUdp6,
                            .source = "RFC 1035, ipv6(7)"}));
  all.push_back(OfServices({.id = "net.dns_tcp_reachable",
                            .severity = Severity::kHigh,
                            .claim = "No resolver outside answers over TCP and IPv4.",
                            .why = kTunnel,
                            .probe = "net/dns_query",
                            .canary = Canary::kFarDnsTcp4,
                            .params = {{"transport", "tcp"}},
                            .source = "RFC 1035 section 4.2.2"}));
  all.push_back(OfServices({.id = "net.dns_tcp6_reachable",
                            .severity = Severity::kHigh,
                            .claim = "No resolver outside answers over TCP and IPv6.",
                            .why = kTunnel,
                            .probe = "net/dns_query",
                            .canary = Canary::kFarDnsTcp6,
                            .params = {{"transport", "tcp"}},
                            .source = "RFC 1035 section 4.2.2, ipv6(7)"}));
}

void AddMetadata(std::vector<Property>& all) {
  constexpr std::string_view kCredentials =
      "In a cloud it hands the credentials of the machine to whoever asks.";
  Property four = OfServices({.id = "net.metadata_reachable",
                              .severity = Severity::kCritical,
                              .claim = "The metadata service at 169.254.169.254 does not answer.",
                              .why = kCredentials,
                              .probe = "net/http_get",
                              .canary = Canary::kMetadata4,
                              .source = "RFC 3927; the clouds' instance metadata services"});
  Property six = OfServices({.id = "net.metadata6_reachable",
                             .severity = Severity::kCritical,
                             .claim = "The metadata service at fd00:ec2::254 does not answer.",
                             .why = kCredentials,
                             .probe = "net/http_get",
                             .canary = Canary::kMetadata6,
                             .source = "RFC 4193; the clouds' instance metadata services"});
  // An agent that may use the network has no business there either.
  four.expect = six.expect = kAlwaysBlocked;
  all.push_back(std::move(four));
  all.push_back(std::move(six));
  all.push_back({.id = "net.metadata_route",
                 .severity = Severity::kInfo,
                 .claim = "There is no route to 169.254.169.254.",
                 .why = "Where the machine is in a cloud, the metadata service is behind it.",
                 .probe = "net/route_to",
                 .canary = Canary::kMetadata4,
                 .denied_by = OrNoSocket({ENETUNREACH, EHOSTUNREACH}),
                 .expect = kNeverAsserted,
                 .remedy = {{"bwrap", kUnshareNet}},
                 .source = "connect(2), RFC 3927"});
  all.push_back({.id = "net.metadata_route6",
                 .severity = Severity::kInfo,
                 .claim = "There is no route to fd00:ec2::254.",
                 .why = "Where the machine is in a cloud, the metadata service is behind it.",
                 .probe = "net/route_to",
                 .canary = Canary::kMetadata6,
                 .denied_by = OrNoSocket({ENETUNREACH, EHOSTUNREACH}),
                 .expect = kNeverAsserted,
                 .remedy = {{"bwrap", kUnshareNet}},
                 .source = "connect(2), RFC 4193"});
}

void AddLocalNetwork(std::vector<Property>& all) {
  constexpr std::string_view kLan =
      "Printers, routers and databases of the local network trust whoever is in it.";
  all.push_back(OfServices({.id = "net.neighbour_reachable",
                            .severity = Severity::kHigh,
                            .claim = "A machine of the local network cannot be reached over IPv4.",
                            .why = kLan,
                            .probe = "net/tcp_connect",
                            .canary = Canary::kNeighbour4,
                            .source = "RFC 1918"}));
  all.push_back(OfServices({.id = "net.neighbour6_reachable",
                            .severity = Severity::kHigh,
                            .claim = "A machine of the local network cannot be reached over IPv6.",
                            .why = kLan,
                            .probe = "net/tcp_connect",
                            .canary = Canary::kNeighbour6,
                            .source = "RFC 4193"}));
  all.push_back(OfServices({.id = "net.broadcast_reachable",
                            .severity = Severity::kMedium,
                            .claim = "No broadcast reaches the local network.",
                            .why = "One datagram finds and wakes every machine in it.",
                            .probe = "net/group_exchange",
                            .canary = Canary::kBroadcast,
                            .source = "ip(7), socket(7) SO_BROADCAST"}));
  all.push_back(OfServices({.id = "net.multicast_reachable",
                            .severity = Severity::kMedium,
                            .claim = "No IPv4 multicast reaches the local network.",
                            .why = "Service discovery lists what is there, and believes answers.",
                            .probe = "net/group_exchange",
                            .canary = Canary::kMulticast4,
                            .source = "ip(7), RFC 6762"}));
  all.push_back(OfServices({.id = "net.multicast6_reachable",
                            .severity = Severity::kMedium,
                            .claim = "No IPv6 multicast reaches the local network.",
                            .why = "Service discovery lists what is there, and believes answers.",
                            .probe = "net/group_exchange",
                            .canary = Canary::kMulticast6,
                            .source = "ipv6(7), RFC 6762"}));
}

void AddInbound(std::vector<Property>& all) {
  Property inbound = Outside(
      {.id = "net.inbound_reachable",
       .severity = Severity::kMedium,
       .claim = "Nobody outside gets an answer from a port that is opened inside.",
       .why = "It is a way in for whoever waits outside, and a service of the host in the eyes of "
              "others.",
       .probe = "net/inbound",
       .canary = Canary::kInbound,
       .control = ControlAs::kPayload,
       .source = "bind(2), network_namespaces(7)"});
  inbound.witness_decides = true;
  inbound.expect = kBlockedIfStrict;
  all.push_back(std::move(inbound));
}

void AddDeclared(std::vector<Property>& all) {
  all.push_back({.id = "net.allowed_reachable",
                 .severity = Severity::kMedium,
                 .claim = "A destination that the configuration allows can be reached.",
                 .why = "A sandbox that holds everything back is switched off by its users.",
                 .probe = "net/endpoint",
                 .canary = Canary::kAllowed,
                 .params = {{"which", "allowed"}},
                 .subject = SubjectKind::kEndpoint,
                 .control = ControlAs::kNothing,
                 .expect = kAlwaysAllowed,
                 .remedy = {{"command", "let the launcher's firewall accept this destination"}},
                 .source = "tcp(7), udp(7)"});
  Property beside =
      Outside({.id = "net.undeclared_port_reachable",
               .severity = Severity::kMedium,
               .claim = "Of a host that the configuration allows, another port cannot be reached.",
               .why = "A rule by address alone opens every service of that host.",
               .probe = "net/endpoint",
               .canary = Canary::kUndeclaredPort,
               .params = {{"which", "other"}},
               .subject = SubjectKind::kEndpoint,
               .control = ControlAs::kPayload,
               .source = "tcp(7), udp(7)"});
  beside.remedy = {{"command", "let the launcher's firewall accept the port, not the host"}};
  all.push_back(std::move(beside));
}

}  // namespace

std::vector<Property> NetOutside() {
  std::vector<Property> all;
  AddStreamsAndDatagrams(all);
  AddUring(all);
  AddPackets(all);
  AddResolvers(all);
  AddMetadata(all);
  AddLocalNetwork(all);
  AddInbound(all);
  AddDeclared(all);
  return all;
}

}  // namespace sandproof::catalogue
