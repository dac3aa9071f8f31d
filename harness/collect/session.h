// One sandbox, from its launch line to its judged checks.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/canary/decoy.h"
#include "harness/canary/decoy_shelf.h"
#include "harness/canary/world.h"
#include "harness/collect/agent_run.h"
#include "harness/collect/kept_plan.h"
#include "harness/collect/live.h"
#include "harness/collect/peer_canaries.h"
#include "harness/collect/plan_shelf.h"
#include "harness/collect/questions.h"
#include "harness/driver/driver.h"
#include "harness/spec/spec.h"
#include "reports/run.h"

namespace sandproof {

struct SessionOrder {
  const SandboxSpec& spec;
  const std::vector<ChannelSpec>& channels;
  const Driver& driver;
  const LaunchPlan& plan;
  World& world;
  std::string agent_path = {};
  std::unique_ptr<Decoy> decoy = {};  // begun already, as the launcher's identity
  std::size_t number = 0;             // among the sandboxes of the run
  std::string batch_path = {};        // for a launch with a terminal; else empty
  PeerCanaries peer = {};             // what is planted in it for others to look for
  std::vector<LeftFile> left = {};    // what it leaves where it is to last
  // The launch line for a second launch, whose input is a pipe.
  std::vector<std::string> piped_argv = {};
  std::string control_batch_path = {};  // the same for its control
  std::vector<std::string> only = {};
  Exhaustion exhaustion = Exhaustion::kNotTried;
  std::string today = {};  // YYYY-MM-DD, UTC, for waivers
  // Runs when nothing more will be asked of the canaries.
  std::function<void()> on_answered = {};
  // Runs while the sandbox answers: the launcher can be asked for its own version meanwhile.
  std::function<void()> begin_version = {};
  // What it says; asked when all that is measured is done.
  std::function<boost::asio::awaitable<std::string>()> ask_version = {};
  // Where a decoy of the payload's identity comes from and goes to; nullptr: it is the session's.
  DecoyShelf* decoys = nullptr;
  // Where plans are kept; nullptr: the session makes its own.
  PlanShelf* plans = nullptr;
  // An earlier session of the same sandbox, whose controls serve for this one too; nullptr: it
  // runs its own.
  const SandboxRun* controls = nullptr;
  // Where the sandbox is not ours to launch.
  const LiveSandbox* live = nullptr;
  // For tests: runs when the controls have reached and the sandbox has not been asked yet.
  std::function<void(World&, Decoy&)> before_probes = {};
};

// Launches, asks, judges. Whatever goes wrong ends in the SandboxRun, as its launch_error and as
// inconclusive checks.
[[nodiscard]] boost::asio::awaitable<SandboxRun> RunSession(SessionOrder order);

}  // namespace sandproof
