// Attempts: socket(2) of families and protocols that few programs need (parameter families: those
//   that this host's kernel has loaded, so that asking loads no module).
// Harmless: the sockets are closed at once, and never bound.
// Tells apart: nothing; the list is the fact.
// Source: address_families(7), socket(2).
#include <sys/socket.h>

#include <algorithm>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

namespace {

struct Family {
  std::string_view name;  // as in /proc/net/protocols
  int family;
  int type;
  int protocol;
};

constexpr Family kFamilies[] = {{"KEY", AF_KEY, SOCK_RAW, 2},
                                {"ALG", AF_ALG, SOCK_SEQPACKET, 0},
                                {"CAN_RAW", AF_CAN, SOCK_RAW, 1},
                                {"TIPC", AF_TIPC, SOCK_RDM, 0},
                                {"RDS", AF_RDS, SOCK_SEQPACKET, 0},
                                {"KCM", AF_KCM, SOCK_DGRAM, 0},
                                {"SMC", AF_SMC, SOCK_STREAM, 0},
                                {"XDP", AF_XDP, SOCK_RAW, 0},
                                {"SCTP", AF_INET, SOCK_STREAM, 132},
                                {"HCI", AF_BLUETOOTH, SOCK_RAW, 1},
                                {"L2CAP", AF_BLUETOOTH, SOCK_SEQPACKET, 0},
                                {"QIPCRTR", AF_QIPCRTR, SOCK_DGRAM, 0}};

bool IsNamed(std::string_view list, std::string_view name) {
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    if (list.substr(at, end - at) == name) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

Observation Families(const Request& request) {
  Facts facts = {{"families", {}}};
  for (const Family& one : kFamilies) {
    if (!IsNamed(request.Param("families"), one.name)) continue;
    const UniqueFd fd(::socket(one.family, one.type | SOCK_CLOEXEC, one.protocol));
    if (fd) facts["families"].emplace_back(one.name);
  }
  return Read("socket", request.Param("families"), std::move(facts));
}

}  // namespace sandproof::probes::net
