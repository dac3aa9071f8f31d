// Attempts: the list of listening TCP sockets in this network namespace, from /proc/self/net.
// Harmless: reads a table; only addresses and ports are reported.
// Tells apart: ENOENT and EACCES, no procfs, or one that hides it.
// Source: proc(5) /proc/net/tcp. Parameters: exempt, ports that are canaries, separated by commas;
//   host, the port of a canary of the host's own network, whose listeners are nobody's inside.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

namespace {

constexpr std::size_t kMost = 1 << 20;
constexpr std::string_view kListening = "0A";

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
  if (state == std::string_view::npos || rest.substr(state + 1, 2) != kListening) return {};
  const std::string port(rest.substr(colon + 1, 4));
  return std::to_string(std::strtol(port.c_str(), nullptr, 16));
}

void AddListeners(std::string_view table, std::string_view family,
                  std::vector<std::string>& listeners) {
  while (!table.empty()) {
    const std::string port = PortOf(table.substr(0, table.find('\n')));
    if (!port.empty()) listeners.push_back(std::string(family) + " port " + port);
    const std::size_t end = table.find('\n');
    table.remove_prefix(end == std::string_view::npos ? table.size() : end + 1);
  }
}

}  // namespace

Observation Listeners(const Request& request) {
  constexpr const char* kTable = "/proc/self/net/tcp";
  if (::access(kTable, R_OK) != 0) return Denied("open", kTable, errno);
  std::vector<std::string> all;
  AddListeners(ReadFileAt(kTable, kMost), "IPv4", all);
  AddListeners(ReadFileAt("/proc/self/net/tcp6", kMost), "IPv6", all);
  Facts facts = {{"listeners", {}}};
  std::vector<std::string>& strange = facts["listeners"];
  for (const std::string& one : all) {
    const std::string port = one.substr(one.rfind(' ') + 1);
    if (port == request.Param("host")) return Read("read", kTable, {{"listeners", {}}});
    if (!IsAmong(request.Param("exempt"), port)) strange.push_back(one);
  }
  return Read("read", kTable, std::move(facts));
}

}  // namespace sandproof::probes::net
