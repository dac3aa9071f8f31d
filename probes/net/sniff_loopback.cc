// Attempts: a raw socket of all UDP packets, which must see a datagram which the canary sends to
// itself: what
//   one process of the host says to another.
// Harmless: asks the canary to speak, and reads packets only until its nonce has come; the others
//   are dropped unread.
// Tells apart: EPERM, no CAP_NET_RAW over this network namespace, or a filter; ECONNREFUSED and
//   ENETUNREACH, the canary is not in this network, so its loopback is not the host's.
// Source: raw(7), network_namespaces(7). A packet socket on "lo" hears the same, and closing it
// takes
//   an RCU grace period.
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>

#include <cerrno>
#include <chrono>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

namespace {

constexpr std::chrono::milliseconds kLimit(1000);

// Whether a packet, from its IP header on, bears the nonce to the canary's own port.
bool IsToCanary(std::string_view packet, const Request& request) {
  if (packet.size() < 28) return false;
  const std::size_t words = static_cast<unsigned char>(packet[0]) & 0x0fU;
  const std::size_t udp = 4 * words;
  if (packet.size() < udp + 8 || !HasNonce(request, packet.substr(udp + 8))) return false;
  const auto high = static_cast<unsigned char>(packet[udp + 2]);
  const auto low = static_cast<unsigned char>(packet[udp + 3]);
  return request.Number("port", 0) == high * 256 + low;
}

Observation Listen(const Request& request, int packets, int canary, const std::string& operand) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + kLimit;
  char buffer[2048];
  while (Clock::now() < end) {
    pollfd entries[2] = {{.fd = packets, .events = POLLIN, .revents = 0},
                         {.fd = canary, .events = 0, .revents = 0}};
    if (::poll(entries, 2, 50) < 0 && errno != EINTR) break;
    const ssize_t got = ::recv(packets, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got > 0 && IsToCanary({buffer, static_cast<std::size_t>(got)}, request)) {
      return Reached("recv", operand);
    }
    if (got > 0) continue;
    if (const int error = PendingError(canary)) return Denied("send", operand, error);
  }
  return TimedOut("recv", operand);
}

}  // namespace

Observation SniffLoopback(const Request& request) {
  const std::string operand = "SOCK_RAW, IPPROTO_UDP";
  const UniqueFd packets(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP));
  if (!packets) return Denied("socket", operand, errno);
  const Address canary = InetAddress(request);
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", "AF_INET", errno);
  if (::connect(fd.get(), canary.Get(), canary.length) != 0) {
    return Denied("connect", canary.text, errno);
  }
  const std::string message = "aloud " + request.Param("tag");
  if (::send(fd.get(), message.data(), message.size(), MSG_NOSIGNAL) < 0) {
    return Denied("send", canary.text, errno);
  }
  return Listen(request, packets.get(), fd.get(), operand + ", " + canary.text);
}

}  // namespace sandproof::probes::net
