// A second launch of a sandbox, in the arena, for an arena that only a user namespace lets us have.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "harness/canary/networks.h"
#include "harness/canary/world.h"
#include "harness/collect/agent_run.h"
#include "harness/collect/control.h"
#include "harness/collect/outside.h"
#include "suites/plan.h"

namespace sandproof {

// Launches the same line once more, inside a user namespace in which everybody is who he is, and
// asks it only what is outside. Everything else is asked of the launch that has no such namespace
// around it, so that nothing can pass because of ours.
class ArenaLane {
 public:
  using Clock = AgentRun::Clock;

  // `order` is the sandbox's launch and `agent` the command line of a control; `positions` of the
  // plan's requests are the lane's.
  ArenaLane(boost::asio::any_io_executor executor, LaunchOrder order,
            std::vector<std::string> agent, std::shared_ptr<const Plan> plan, World& world,
            std::size_t number);

  // The steps of a session, each beside the same step of the session itself. It begins once the
  // session's own launch is set up, which a launcher that runs once at a time (a lock, a name)
  // would else keep waiting, and has `patience` to set itself up.
  void Begin(Clock::duration patience);
  [[nodiscard]] boost::asio::awaitable<void> RunBefore(Clock::time_point deadline);
  [[nodiscard]] boost::asio::awaitable<void> Ask(Clock::time_point deadline);
  [[nodiscard]] boost::asio::awaitable<void> RunAfter(Clock::time_point deadline);
  // Instead of RunAfter: counts what came late.
  [[nodiscard]] boost::asio::awaitable<void> EndInput();
  void AskToEnd();
  [[nodiscard]] boost::asio::awaitable<void> Finish(Clock::time_point deadline);

  [[nodiscard]] const Control& control() const { return *control_; }
  [[nodiscard]] const AnswerSet& inside() const { return inside_; }
  [[nodiscard]] const std::string& silence() const { return silence_; }

 private:
  [[nodiscard]] Whereabouts FindIt();

  boost::asio::any_io_executor executor_;
  LaunchOrder order_;
  std::shared_ptr<const Plan> plan_;
  std::set<std::size_t> positions_;
  World& world_;
  std::size_t number_;
  std::unique_ptr<Control> control_ = {};
  std::unique_ptr<AgentRun> sandbox_ = {};
  Clock::time_point ready_by_ = {};
  std::optional<int> agent_ = std::nullopt;  // as the host numbers it
  AnswerSet inside_ = {};
  std::optional<Arrivals> arrivals_ = std::nullopt;
  std::string silence_ = {};
};

// The positions of the requests whose canary is outside.
[[nodiscard]] std::set<std::size_t> FarPositions(const Plan& plan);

}  // namespace sandproof
