// Attempts: a list of every descriptor above standard error that the payload was handed.
// Harmless: looks at numbers and kinds; the agent looked before it opened anything itself.
// Tells apart: what the harness planted and what the launch announces are left out; E2BIG, too many
//   numbers are possible to look at each.
// Source: fcntl(2) F_GETFD, execve(2), CVE-2024-21626.
#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

namespace {

bool IsListed(const std::string& comma_list, int fd) {
  return ("," + comma_list + ",").find("," + std::to_string(fd) + ",") != std::string::npos;
}

}  // namespace

Observation Descriptors(const Request& request) {
  constexpr std::size_t kMost = 16;
  constexpr std::size_t kLongestLink = 64;
  const Inherited& inherited = InheritedState();
  Facts facts = {{"descriptors", {}}, {"links", {}}};
  for (const Inherited::Descriptor& one : inherited.descriptors) {
    const bool is_ours =
        IsListed(request.Param("planted"), one.fd) || IsListed(request.Param("given"), one.fd);
    if (is_ours || facts["descriptors"].size() >= kMost) continue;
    const std::string number = std::to_string(one.fd);
    facts["descriptors"].push_back(number + ' ' + one.kind + ' ' + one.access);
    facts["links"].push_back(number + ' ' + one.link.substr(0, kLongestLink));
  }
  if (facts["descriptors"].empty() && !inherited.complete) {
    return SetupFailed("fcntl", "F_GETFD, below " + std::to_string(inherited.scanned_below), E2BIG);
  }
  return Read("fcntl", "F_GETFD", std::move(facts));
}

}  // namespace sandproof::probes::inherit
