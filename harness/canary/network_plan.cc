#include "harness/canary/network_plan.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <tuple>

#include "harness/arena/arena.h"
#include "harness/canary/decoy.h"

namespace sandproof {

namespace {

constexpr int kExperimental = 253;  // RFC 3692: an IP protocol number for experiments
constexpr std::uint16_t kLowestNearPort = 20000;
constexpr std::uint16_t kUringPort = 8443;
constexpr std::uint16_t kInboundPort = 7;

std::uint16_t RandomPort() {
  const unsigned long number = std::strtoul(RandomHex(2).c_str(), nullptr, 16);
  return static_cast<std::uint16_t>(kLowestNearPort + number % 12000);
}

int FamilyOf(const std::string& host) {
  return host.find(':') == std::string::npos ? AF_INET : AF_INET6;
}

// Collects canaries; the params are made from the plan.
class Canaries {
 public:
  explicit Canaries(std::string id) : id_(std::move(id)) {}

  NetworkCanary& Add(Canary canary, int type, int protocol, const std::string& host,
                     std::uint16_t port, Manner manner = Manner::kNonce) {
    NetworkCanary one{.canary = canary, .manner = manner};
    one.plan = {.family = FamilyOf(host),
                .type = type,
                .protocol = protocol,
                .address = host,
                .port = port};
    one.params = {{"host", host}, {"port", std::to_string(port)}, {"nonce", RandomHex(16)}};
    if (protocol != 0) one.params["protocol"] = std::to_string(protocol);
    list_.push_back(std::move(one));
    return list_.back();
  }

  void AddName(Canary canary, int type, const std::string& suffix) {
    const std::string name = "sandproof-" + id_ + suffix;
    NetworkCanary one{.canary = canary};
    one.plan = {.family = AF_UNIX, .type = type, .address = name};
    one.params = {{"name", name}, {"nonce", RandomHex(16)}};
    list_.push_back(std::move(one));
  }

  void AddResolver(Canary udp, Canary tcp, const std::string& host, std::uint16_t port) {
    for (const auto& [canary, type] : {std::pair(udp, SOCK_DGRAM), std::pair(tcp, SOCK_STREAM)}) {
      Add(canary, type, 0, host, port, Manner::kDns).params["name"] = id_ + ".sandproof.test";
    }
  }

  // Where packets themselves are seen, and the params name no port.
  void AddRaw(Canary canary, int protocol, const std::string& host, Manner manner) {
    Add(canary, SOCK_RAW, protocol, host, 0, manner);
  }

  void AddEndpoint(Canary canary, const Endpoint& endpoint, const std::string& subject) {
    Add(canary, endpoint.type, 0, endpoint.host, endpoint.port).subject = subject;
  }

  std::vector<NetworkCanary> Take() { return std::move(list_); }

 private:
  std::string id_;
  std::vector<NetworkCanary> list_ = {};
};

void AddNear(Canaries& near, bool has_ports) {
  const auto port = [has_ports] { return has_ports ? RandomPort() : std::uint16_t{0}; };
  near.Add(Canary::kTcp4, SOCK_STREAM, 0, "127.0.0.1", port());
  near.Add(Canary::kTcp6, SOCK_STREAM, 0, "::1", port());
  near.Add(Canary::kUdp4, SOCK_DGRAM, 0, "127.0.0.1", port());
  near.Add(Canary::kUdp6, SOCK_DGRAM, 0, "::1", port());
  near.AddName(Canary::kUnixAbstract, SOCK_STREAM, "");
  near.AddName(Canary::kUnixDgram, SOCK_DGRAM, "-dgram");
  near.AddName(Canary::kUnixSeqpacket, SOCK_SEQPACKET, "-seqpacket");
}

// The first address below `prefix` that nobody declared: what is to be reached, and what is not,
// must not be the same.
std::string Undeclared(const std::string& prefix, int first,
                       const std::set<std::string>& declared) {
  for (int host = first; host < first + 200; ++host) {
    std::string address = fmt::format(fmt::runtime(prefix), host);
    if (!declared.contains(address)) return address;
  }
  return fmt::format(fmt::runtime(prefix), first);
}

void AddEndpoints(const std::vector<Endpoint>& allowed, Canaries& near, Canaries& far) {
  for (const Endpoint& endpoint : allowed) {
    Canaries& side = IsLoopback(endpoint.host) ? near : far;
    side.AddEndpoint(Canary::kAllowed, endpoint, endpoint.text);
    side.AddEndpoint(Canary::kUndeclaredPort, UndeclaredPort(endpoint, allowed), endpoint.text);
  }
}

// What every outside has: streams, datagrams, packets, resolvers.
void AddOutside(Canaries& far, const std::string& host, const std::string& resolver,
                std::uint16_t service_port, std::uint16_t resolver_port) {
  const bool is_six = FamilyOf(host) == AF_INET6;
  const auto by_family = [is_six](Canary four, Canary six) { return is_six ? six : four; };
  far.Add(by_family(Canary::kFarTcp4, Canary::kFarTcp6), SOCK_STREAM, 0, host, service_port);
  far.Add(by_family(Canary::kFarUdp4, Canary::kFarUdp6), SOCK_DGRAM, 0, host, service_port);
  if (!is_six) {
    const bool is_arena = service_port != 0;
    far.Add(Canary::kFarUring, SOCK_STREAM, 0, host, is_arena ? kUringPort : std::uint16_t{0});
    far.Add(Canary::kInbound, SOCK_DGRAM, 0, host, is_arena ? kInboundPort : std::uint16_t{0});
  }
  far.Add(by_family(Canary::kFarSctp4, Canary::kFarSctp6), SOCK_STREAM, IPPROTO_SCTP, host,
          service_port);
  far.AddRaw(by_family(Canary::kFarIcmp4, Canary::kFarIcmp6),
             is_six ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP), host,
             is_six ? Manner::kEcho6 : Manner::kEcho4);
  far.AddRaw(by_family(Canary::kFarRaw4, Canary::kFarRaw6), kExperimental, host,
             is_six ? Manner::kRaw6 : Manner::kRaw4);
  far.AddResolver(by_family(Canary::kFarDnsUdp4, Canary::kFarDnsUdp6),
                  by_family(Canary::kFarDnsTcp4, Canary::kFarDnsTcp6), resolver, resolver_port);
}

// One datagram socket that is sent to under another address than its own.
void AddGroup(Canaries& far, Canary canary, const std::string& any, const std::string& sent_to,
              std::uint16_t port, bool is_multicast) {
  NetworkCanary& one = far.Add(canary, SOCK_DGRAM, 0, any, port);
  one.params["host"] = sent_to;
  if (is_multicast) one.plan.group = sent_to;
}

}  // namespace

bool IsLoopback(const std::string& host) { return host.starts_with("127.") || host == "::1"; }

bool IsFar(Canary canary) {
  return canary >= Canary::kFarTcp4 && canary <= Canary::kUndeclaredPort;
}

Endpoint UndeclaredPort(const Endpoint& endpoint, const std::vector<Endpoint>& allowed) {
  Endpoint other = endpoint;
  const auto is_declared = [&](const Endpoint& one) {
    return one.type == other.type && one.host == other.host && one.port == other.port;
  };
  while (std::any_of(allowed.begin(), allowed.end(), is_declared) || other.port == 0) ++other.port;
  return other;
}

std::vector<std::string> AddressesOf(const std::vector<NetworkCanary>& far) {
  std::set<std::string> addresses;
  for (const NetworkCanary& one : far) {
    const std::string& address = one.plan.address;
    // The addresses of interfaces are the arena's own.
    const bool is_own = address == kArenaNeighbour4 || address == kArenaNeighbour6;
    const bool is_any = address == "0.0.0.0" || address == "::";
    if (!is_own && !is_any && one.plan.family != AF_UNIX) addresses.insert(address);
  }
  return {addresses.begin(), addresses.end()};
}

std::vector<NetworkCanary> PlanPaths(const std::string& directory) {
  std::vector<NetworkCanary> all;
  for (const auto& [canary, type, name] :
       {std::tuple(Canary::kUnixPath, SOCK_STREAM, "socket"),
        std::tuple(Canary::kUnixPathDgram, SOCK_DGRAM, "socket-dgram"),
        std::tuple(Canary::kUnixPathSeqpacket, SOCK_SEQPACKET, "socket-seqpacket")}) {
    const std::string path = directory + '/' + name;
    NetworkCanary one{.canary = canary};
    one.plan = {.family = AF_UNIX, .type = type, .address = path};
    one.params = {{"path", path}, {"nonce", RandomHex(16)}};
    all.push_back(std::move(one));
  }
  return all;
}

NetworkPlan PlanArena(const std::string& id, const std::vector<Endpoint>& allowed) {
  Canaries near(id);
  Canaries far(id);
  std::set<std::string> declared;
  for (const Endpoint& endpoint : allowed) declared.insert(endpoint.host);
  AddNear(near, true);
  near.Add(Canary::kHostAddress, SOCK_STREAM, 0, kArenaOwnAddress, RandomPort());
  constexpr std::uint16_t kHttps = 443;
  constexpr std::uint16_t kDomain = 53;
  AddOutside(far, Undeclared("192.0.2.{}", 1, declared), Undeclared("198.51.100.{}", 53, declared),
             kHttps, kDomain);
  AddOutside(far, Undeclared("2001:db8::{}", 1, declared),
             Undeclared("2001:db8:1::{}", 53, declared), kHttps, kDomain);
  far.Add(Canary::kMetadata4, SOCK_STREAM, 0, kMetadataAddress4, 80, Manner::kHttp);
  far.Add(Canary::kMetadata6, SOCK_STREAM, 0, kMetadataAddress6, 80, Manner::kHttp);
  far.Add(Canary::kNeighbour4, SOCK_STREAM, 0, kArenaNeighbour4, 445);
  far.Add(Canary::kNeighbour6, SOCK_STREAM, 0, kArenaNeighbour6, 445);
  AddGroup(far, Canary::kBroadcast, "0.0.0.0", kArenaBroadcast, 5351, false);
  AddGroup(far, Canary::kMulticast4, "0.0.0.0", "239.255.77.77", 5353, true);
  AddGroup(far, Canary::kMulticast6, "::", "ff15::7777", 5353, true);
  AddEndpoints(allowed, near, far);
  return {.near = near.Take(), .far = far.Take()};
}

NetworkPlan PlanHost(const std::string& id, const std::vector<Endpoint>& allowed,
                     const std::string& own4, const std::string& own6) {
  Canaries near(id);
  Canaries far(id);
  AddNear(near, false);
  const std::string& own = own4.empty() ? own6 : own4;
  if (!own.empty()) near.Add(Canary::kHostAddress, SOCK_STREAM, 0, own, 0);
  if (!own4.empty()) AddOutside(far, own4, own4, 0, 0);
  if (!own6.empty()) AddOutside(far, own6, own6, 0, 0);
  AddEndpoints(allowed, near, far);
  return {.near = near.Take(), .far = far.Take()};
}

}  // namespace sandproof
