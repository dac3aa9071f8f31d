#include "harness/collect/orphans.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "probes/wire/unique_fd.h"

namespace sandproof {

namespace {

bool IsAsked(const Request& request) { return request.probe == "pid/leave_child"; }

// Whether a process ends within a moment, in which whoever looks after it may notice that its
// launcher is gone.
boost::asio::awaitable<bool> Ends(int pidfd) {
  constexpr auto kTick = std::chrono::milliseconds(10);
  constexpr int kTicks = 50;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  for (int i = 0; i < kTicks; ++i) {
    pollfd entry = {.fd = pidfd, .events = POLLIN, .revents = 0};
    if (::poll(&entry, 1, 0) != 0) co_return true;
    timer.expires_after(kTick);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  co_return false;
}

}  // namespace

bool AsksForOrphans(const std::vector<Request>& requests) {
  return std::any_of(requests.begin(), requests.end(), IsAsked);
}

boost::asio::awaitable<void> TellOrphans(AgentRun& sandbox, std::optional<int> stranger,
                                         const std::vector<Request>& requests,
                                         std::map<std::uint32_t, Observation>& observations,
                                         AgentRun::Clock::time_point deadline) {
  const auto request = std::find_if(requests.begin(), requests.end(), IsAsked);
  if (request == requests.end()) co_return;
  const auto found = observations.find(request->index);
  if (found == observations.end() || found->second.outcome != Outcome::kReached) co_return;
  // Held before the kill: afterwards its number may be somebody else's.
  const UniqueFd held(stranger ? static_cast<int>(::syscall(SYS_pidfd_open, *stranger, 0)) : -1);
  const bool has_ended = sandbox.launch().end().wait_status.has_value();
  const std::optional<long> survivors = co_await sandbox.launch().KillLauncher(deadline);
  if (!survivors) co_return;
  found->second.call = has_ended ? "the launcher's own end" : "kill(launcher, SIGKILL)";
  std::vector<std::string>& fact = found->second.facts["survivors"];
  if (*survivors > 0) fact.push_back(fmt::format("{} of its processes", *survivors));
  if (held && !co_await Ends(held.get())) {
    fact.emplace_back("the payload, which somebody else started for the launcher");
  }
}

}  // namespace sandproof
