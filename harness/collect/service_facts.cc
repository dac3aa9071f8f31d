#include "harness/collect/service_facts.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <vector>

#include "harness/collect/file_modes.h"
#include "harness/collect/host_facts.h"

namespace sandproof {

namespace {

// The address of a line in /proc/net/tcp, "0100007F:0BB8": words of 32 bits in host order.
std::string AddressIn(const std::string& hex) {
  std::array<std::uint32_t, 4> words = {};
  const std::size_t count = hex.size() / 8;
  if (count != 1 && count != 4) return {};
  for (std::size_t i = 0; i < count; ++i) {
    const char* const begin = hex.data() + 8 * i;
    std::from_chars(begin, begin + 8, words.at(i), 16);
  }
  std::array<char, INET6_ADDRSTRLEN> text = {};
  ::inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), text.data(), text.size());
  return text.data();
}

// Where somebody listens on `port` in the network of a process.
std::vector<std::string> Listening(int pid, const std::string& port) {
  std::vector<std::string> addresses;
  for (const char* table : {"tcp", "tcp6"}) {
    std::ifstream file(fmt::format("/proc/{}/net/{}", pid, table));
    std::string line;
    std::getline(file, line);  // the heading
    while (std::getline(file, line)) {
      std::istringstream words(line);
      std::string number;
      std::string local;
      std::string remote;
      std::string state;
      words >> number >> local >> remote >> state;
      const std::size_t colon = local.find(':');
      if (state != "0A" || colon == std::string::npos) continue;
      unsigned own = 0;
      std::from_chars(local.data() + colon + 1, local.data() + local.size(), own, 16);
      if (std::to_string(own) == port) addresses.push_back(AddressIn(local.substr(0, colon)));
    }
  }
  return addresses;
}

}  // namespace

std::optional<Observation> ObserveBoundAddress(const ChannelSpec& channel, int guard_pid) {
  Observation seen{.probe = "host/service", .outcome = Outcome::kReached};
  seen.call = "read(/proc/PID/net/tcp)";
  const std::vector<int> below = guard_pid > 0 ? ProcessesBelow(guard_pid) : std::vector<int>();
  // The deepest first: the launcher above is in another network, where others may listen.
  std::vector<std::string> found;
  for (auto pid = below.rbegin(); pid != below.rend() && found.empty(); ++pid) {
    found = Listening(*pid, channel.port);
  }
  if (found.empty()) return std::nullopt;
  std::vector<std::string>& wider = seen.facts["wider"];
  for (const std::string& address : found) {
    if (address != channel.host) wider.push_back(address + ':' + channel.port);
  }
  return seen;
}

std::optional<Observation> ObserveSocketMode(const std::string& path) {
  Observation seen{.probe = "host/service", .outcome = Outcome::kReached};
  seen.call = "stat(" + path + ')';
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return std::nullopt;
  std::vector<std::string>& open_to = seen.facts["open_to"];
  seen.facts["mode"] = {fmt::format("{:04o}", status.st_mode & 07777)};
  if (IsOpenToAll(path, S_IWOTH)) {
    open_to.push_back(fmt::format("everybody ({:04o})", status.st_mode & 07777));
  }
  return seen;
}

}  // namespace sandproof
