// Two sandboxes of a configuration, side by side: what one reaches of what is planted in the other.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "harness/canary/world.h"
#include "harness/collect/agent_run.h"
#include "harness/collect/descriptors.h"
#include "harness/collect/kept_plan.h"
#include "harness/collect/peer_canaries.h"
#include "harness/process/guarded_launch.h"
#include "reports/run.h"

namespace sandproof {

// One sandbox among its peers.
struct PeerSeat {
  const SandboxSpec& spec;
  const LaunchPlan& plan;
  std::vector<std::string> argv = {};  // of a launch whose input is a pipe
  PeerCanaries canaries = {};
  std::vector<LeftFile> left = {};  // what it leaves in the paths in which it is to last
};

struct PeersOrder {
  const std::vector<ChannelSpec>& channels;
  std::vector<PeerSeat> seats = {};
  World& world;
  // What starts the services that channels lead to; nullptr: each is started by its own line.
  const SupervisorSpec* supervisor = nullptr;
  std::string agent_path = {};
  std::vector<std::string> only = {};
  // For tests: called when the controls have reached everything, with the planters' pids.
  std::function<void(const std::vector<int>&)> before_probes = {};
};

// The network that all are launched in; -1: the one of whoever runs this.
//
// Why: what keeps them apart must be theirs and not ours.
[[nodiscard]] int NetworkOf(const PeersOrder& order);

// One more launch of a sandbox, but for its descriptors.
[[nodiscard]] LaunchOrder SeatOrder(const PeersOrder& order, const PeerSeat& seat);

// Launches it with the agent in it, and waits for that. Why it is not there; empty: it is.
[[nodiscard]] boost::asio::awaitable<std::string> LaunchSeat(boost::asio::any_io_executor executor,
                                                             const PeersOrder& order,
                                                             const PeerSeat& seat,
                                                             AgentRun::Clock::time_point deadline,
                                                             OpenDescriptors& descriptors,
                                                             std::unique_ptr<AgentRun>& run);

// A start of all services by their supervisor, as it is deployed, where the channels are.
[[nodiscard]] LaunchOrder SystemOrder(const PeersOrder& order);

// Launches every sandbox once more, all at once and in one network: the agent in each plants,
// answers for the controls, and asks for what the others have planted. One list of results for
// each seat, not judged yet.
[[nodiscard]] std::vector<std::vector<CheckResult>> AskPeers(boost::asio::io_context& context,
                                                             const PeersOrder& order);

// Whether there is anything to ask.
[[nodiscard]] bool HasPeers(std::size_t sandboxes, const std::vector<std::string>& only);

}  // namespace sandproof
