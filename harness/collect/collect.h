// A whole run: every sandbox of a configuration, side by side.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/canary/decoy.h"
#include "harness/canary/world.h"
#include "harness/result.h"
#include "harness/spec/spec.h"
#include "reports/run.h"

namespace sandproof {

struct SessionOrder;

struct CollectOptions {
  std::string agent_path = {};
  std::vector<std::string> only = {};            // ids or prefixes of ids
  std::vector<std::string> only_sandboxes = {};  // names; empty: all
  std::size_t parallel = 2;                      // sandboxes at a time
  bool exhaust = false;                          // hit limits, too
  std::size_t seats = 0;  // places to launch from, where more are needed than sandboxes
  std::function<void(const std::string& sandbox)> on_begin = {};
  // For tests; see SessionOrder.
  std::function<void(World&, Decoy&)> before_probes = {};
  // The same once the controls of two sandboxes side by side have run; see PeersOrder.
  std::function<void(const std::vector<int>&)> before_peers = {};
};

// Runs the configuration.
//
// Errors: kConfiguration for a launcher that does not exist, a driver that refuses the line, or a
// selection that matches no sandbox or no property; kInternal when the canaries cannot be planted.
// Anything that goes wrong within one sandbox is in its SandboxRun.
[[nodiscard]] Result<Run> Collect(const Spec& spec, const CollectOptions& options);

// What is done with the sessions of a configuration once their canaries stand, in place of running
// each of them once.
using Conduct =
    std::function<std::vector<SandboxRun>(boost::asio::io_context&, std::vector<SessionOrder>)>;

// The same, with the sessions left to `conduct`: SessionOrder::number goes up to the seats, and
// each seat has a file for its request.
[[nodiscard]] Result<Run> Collect(const Spec& spec, const CollectOptions& options,
                                  const Conduct& conduct);

// Runs each session once, options.parallel at a time; the results are in the same order.
// `on_all_answered` runs when none of them will ask anything more of the canaries.
[[nodiscard]] std::vector<SandboxRun> RunSessions(boost::asio::io_context& context,
                                                  std::vector<SessionOrder> orders,
                                                  const CollectOptions& options,
                                                  std::function<void()> on_all_answered = {});

// The agent to use: SANDPROOF_AGENT, or the one beside or below the running program.
// Errors: kInternal where none is found.
[[nodiscard]] Result<std::string> FindAgentBinary();

}  // namespace sandproof
