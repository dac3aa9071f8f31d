// What outlives the launcher, seen from outside.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <vector>

#include "harness/collect/agent_run.h"
#include "harness/collect/answers.h"
#include "probes/wire/request.h"

namespace sandproof {

// Whether `requests` ask the agent to stay for it.
[[nodiscard]] bool AsksForOrphans(const std::vector<Request>& requests);

// Kills the launcher, where `requests` ask for that, and adds to the answer the fact "survivors".
// It is missing where nothing was to be told. Nothing can be asked inside afterwards. `stranger` is
// the agent where it is no descendant of the launcher's, which had it started by somebody else.
[[nodiscard]] boost::asio::awaitable<void> TellOrphans(
    AgentRun& sandbox, std::optional<int> stranger, const std::vector<Request>& requests,
    std::map<std::uint32_t, Observation>& observations, AgentRun::Clock::time_point deadline);

}  // namespace sandproof
