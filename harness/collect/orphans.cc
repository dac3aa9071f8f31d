#include "harness/collect/orphans.h"

#include <fmt/format.h>

#include <algorithm>

namespace sandproof {

namespace {

bool IsAsked(const Request& request) { return request.probe == "pid/leave_child"; }

}  // namespace

bool AsksForOrphans(const std::vector<Request>& requests) {
  return std::any_of(requests.begin(), requests.end(), IsAsked);
}

boost::asio::awaitable<void> TellOrphans(AgentRun& sandbox, const std::vector<Request>& requests,
                                         std::map<std::uint32_t, Observation>& observations,
                                         AgentRun::Clock::time_point deadline) {
  const auto request = std::find_if(requests.begin(), requests.end(), IsAsked);
  if (request == requests.end()) co_return;
  const auto found = observations.find(request->index);
  if (found == observations.end() || found->second.outcome != Outcome::kReached) co_return;
  const std::optional<long> survivors = co_await sandbox.launch().KillLauncher(deadline);
  if (!survivors) co_return;
  found->second.call = "kill(launcher, SIGKILL)";
  std::vector<std::string>& fact = found->second.facts["survivors"];
  if (*survivors > 0) fact.push_back(fmt::format("{} of its processes", *survivors));
}

}  // namespace sandproof
