// Attempts: the list of listening TCP sockets in this network namespace, by sock_diag(7) and, where
//   that is refused, from /proc/self/net.
// Harmless: reads a table; only families and ports are reported.
// Tells apart: ENOENT and EACCES, neither netlink nor a procfs, or one that hides it.
// Source: sock_diag(7), proc(5) /proc/net/tcp.
// Parameters: exempt, ports that are canaries, separated by commas; host, the port of a canary of
//   the host's own network, whose listeners are nobody's inside.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "probes/agent/netlink.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::net {

namespace {

constexpr const char* kTable = "/proc/self/net/tcp";
constexpr long kMost = 65536;  // sockets
constexpr std::string_view kListenState = "0A";

bool IsAmong(std::string_view list, std::string_view port) {
  const std::string framed = ',' + std::string(list) + ',';
  return framed.find(',' + std::string(port) + ',') != std::string::npos;
}

// The port of a line "  0: 0100007F:1F90 00000000:0000 0A …", where it is of a listener.
std::string PortOf(std::string_view line) {
  const std::size_t local = line.find(": ");
  if (local == std::string_view::npos) return {};
  const std::string_view rest = line.substr(local + 2);
  const std::size_t colon = rest.find(':');
  const std::size_t remote = rest.find(' ');
  const std::size_t state = remote == std::string_view::npos ? remote : rest.find(' ', remote + 1);
  if (state == std::string_view::npos || rest.substr(state + 1, 2) != kListenState) return {};
  const std::string port(rest.substr(colon + 1, 4));
  return std::to_string(std::strtol(port.c_str(), nullptr, 16));
}

// The number behind "TCP: inuse"; more than there can be where it cannot be read.
long InUse(const std::string& path, std::string_view protocol) {
  const std::string text = ReadFileAt(path);
  const std::string wanted = std::string(protocol) + ": inuse ";
  const std::size_t at = text.find(wanted);
  if (at == std::string::npos) return kMost;
  return std::strtol(text.c_str() + at + wanted.size(), nullptr, 10);
}

// Byte by byte: whoever asks for more than one line makes the kernel look for the next.
std::string ReadLine(int fd) {
  std::string line;
  char byte = 0;
  while (::read(fd, &byte, 1) == 1 && byte != '\n') line += byte;
  return line;
}

// Listeners come first. Beyond them, and beyond the last socket of the namespace, the kernel goes
// through a table of every connection of the machine, which takes it milliseconds. True once
// `enough` is among them: what else there is does not matter then.
bool AddListeners(const std::string& path, long in_use, std::string_view family,
                  std::string_view enough, std::vector<std::string>& listeners) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || in_use == 0 || ReadLine(fd.get()).empty()) return false;
  for (long left = in_use; left > 0; --left) {
    const std::string port = PortOf(ReadLine(fd.get()));
    if (port.empty()) return false;
    listeners.push_back(std::string(family) + " port " + port);
    if (port == enough) return true;
  }
  return false;
}

// By netlink. False where that is refused or emulated.
bool AskKernel(int family, std::string_view name, std::vector<std::string>& listeners) {
  constexpr unsigned kListen = 1U << 10;  // TCP_LISTEN, which is no macro in <netinet/tcp.h>
  struct {
    nlmsghdr header = {};
    inet_diag_req_v2 diag = {};
  } ask;
  ask.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  ask.diag.sdiag_family = static_cast<std::uint8_t>(family);
  ask.diag.sdiag_protocol = IPPROTO_TCP;
  ask.diag.idiag_states = kListen;
  return Dump(NETLINK_SOCK_DIAG, &ask.header, sizeof ask, [&](const nlmsghdr& answer) {
           if (answer.nlmsg_type != SOCK_DIAG_BY_FAMILY) return;
           const auto* const message = static_cast<const inet_diag_msg*>(NLMSG_DATA(&answer));
           listeners.push_back(std::string(name) + " port " +
                               std::to_string(ntohs(message->id.idiag_sport)));
         }) == 0;
}

// errno where neither way can be gone.
int ReadTables(std::string_view enough, std::vector<std::string>& listeners) {
  if (AskKernel(AF_INET, "IPv4", listeners) && AskKernel(AF_INET6, "IPv6", listeners)) return 0;
  listeners.clear();
  if (::access(kTable, R_OK) != 0) return errno;
  if (!AddListeners(kTable, InUse("/proc/self/net/sockstat", "TCP"), "IPv4", enough, listeners)) {
    AddListeners("/proc/self/net/tcp6", InUse("/proc/self/net/sockstat6", "TCP6"), "IPv6", enough,
                 listeners);
  }
  return 0;
}

}  // namespace

Observation Listeners(const Request& request) {
  const std::string& host = request.Param("host");
  std::vector<std::string> all;
  if (const int error = ReadTables(host, all); error != 0) return Denied("open", kTable, error);
  Facts facts = {{"listeners", {}}};
  std::vector<std::string>& strange = facts["listeners"];
  for (const std::string& one : all) {
    const std::string port = one.substr(one.rfind(' ') + 1);
    if (port == host) return Read("list", "TCP listeners", {{"listeners", {}}});
    if (!IsAmong(request.Param("exempt"), port)) strange.push_back(one);
  }
  return Read("list", "TCP listeners", std::move(facts));
}

}  // namespace sandproof::probes::net
