// Attempts: one ICMP echo request to an address of this run, by a ping socket or a raw one. The
//   canary counts requests; the kernel answers them.
// Harmless: one packet of a few bytes, which bears the tag of this run, in a network that the
//   harness made or to this machine itself.
// Tells apart: EACCES and EPERM, neither kind of socket may be made, or a filter; ENETUNREACH, no
//   route; silence: only the canary's counter can say whether the request came.
// Source: icmp(7) ping_group_range, raw(7), RFC 792, RFC 4443.
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>

#include <cerrno>
#include <cstdint>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

namespace {

constexpr std::size_t kHeader = 8;
constexpr char kRequest4 = 8;
constexpr auto kRequest6 = static_cast<char>(128);

// RFC 1071. ICMPv6's covers addresses too, so the kernel makes it.
std::uint16_t Checksum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    sum += i % 2 == 0 ? static_cast<std::uint32_t>(byte) << 8U : byte;
  }
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

std::string Echo(bool is_six, const std::string& tag) {
  std::string packet(kHeader, '\0');
  packet[0] = is_six ? kRequest6 : kRequest4;
  packet += tag;
  const std::uint16_t sum = is_six ? std::uint16_t{0} : Checksum(packet);
  packet[2] = static_cast<char>(sum >> 8U);
  packet[3] = static_cast<char>(sum & 0xffU);
  return packet;
}

Observation Ping(const Request& request, const Address& address, int type) {
  const bool is_six = address.Family() == AF_INET6;
  const int protocol = is_six ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
  const UniqueFd fd(::socket(address.Family(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  const char* const kind = type == SOCK_RAW ? "SOCK_RAW, ICMP, " : "SOCK_DGRAM, ICMP, ";
  const std::string operand = kind + request.Param("host");
  if (!fd) return Denied("socket", operand, errno);
  // connect(2) makes errors of the way come back to this socket.
  if (::connect(fd.get(), address.Get(), address.length) != 0) {
    return Denied("connect", operand, errno);
  }
  const std::string packet = Echo(is_six, request.Param("tag"));
  if (::send(fd.get(), packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
    return Denied("send", operand, errno);
  }
  if (!PollFor(fd.get(), POLLIN, WaitMs(request))) return TimedOut("recv", operand);
  if (const int error = PendingError(fd.get())) return Denied("recv", operand, error);
  const std::string& tag = request.Param("tag");
  // A raw socket hears the echoes of all who ask in this network.
  const auto has_ours = [&tag](std::string_view text) {
    return text.find(tag) != std::string_view::npos;
  };
  return ReachedIf(has_ours(HearUntil(fd.get(), has_ours)), "recv", operand);
}

}  // namespace

Observation IcmpEcho(const Request& request) {
  Address address = InetAddress(request);
  if (address.length == 0) return SetupFailed("connect", address.text, EINVAL);
  Observation seen = Ping(request, address, SOCK_DGRAM);
  const bool is_unpermitted = seen.outcome == Outcome::kDenied && seen.call.starts_with("socket");
  return is_unpermitted ? Ping(request, address, SOCK_RAW) : seen;
}

}  // namespace sandproof::probes::net
