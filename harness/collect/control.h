// Controls: the same probes outside the sandbox, before and after it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/canary/decoy.h"
#include "harness/canary/world.h"
#include "harness/collect/agent_run.h"
#include "harness/collect/inbound.h"
#include "suites/plan.h"

namespace sandproof {

// What the canaries that count saw of one run.
struct Counted {
  long signals = 0;        // at the decoy
  long group_signals = 0;  // at the guard
  long terminal_bytes = 0;
  Networks::Counts arrivals = {};
};

// The answers of one run of the agent.
struct AnswerSet {
  std::map<std::uint32_t, Observation> observations = {};
  std::optional<Observation> host = std::nullopt;  // "host/process"
  Counted counted = {};
};

struct ControlOrder {
  std::string label = {};  // "as uid 1000"; empty for the launcher's own identity
  LaunchOrder launch = {};
  std::string batch_path = {};
  Networks::Place place = Networks::Place::kHost;
  // The launcher whose network is the twin of this control's; none: they share one.
  std::optional<std::size_t> twin = std::nullopt;
};

// One identity's control: the same requests before and after.
class Control {
 public:
  Control(boost::asio::any_io_executor executor, ControlOrder order, World& world)
      : executor_(std::move(executor)), order_(std::move(order)), world_(world) {}

  // Starts the agent, which then waits for its request: it costs nothing while others are busy.
  void Prepare();

  // What to ask. `decoy` counts the signals; nullptr for a control that runs beside another, since
  // a decoy answers one question at a time.
  void Take(std::shared_ptr<const Plan> plan, Decoy* decoy);

  // Each asks the agent the requests at the positions that are `needed`. What was not asked, or
  // could not be answered, is absent from the set. It is one agent that is asked twice; one that
  // has died in between is replaced.
  [[nodiscard]] boost::asio::awaitable<void> RunBefore(std::set<std::size_t> needed,
                                                       AgentRun::Clock::time_point deadline);
  [[nodiscard]] boost::asio::awaitable<void> RunAfter(std::set<std::size_t> needed,
                                                      AgentRun::Clock::time_point deadline);

  // Waits until nothing of the runs is left: what their probes left open takes the kernel time.
  [[nodiscard]] boost::asio::awaitable<void> Finish(AgentRun::Clock::time_point deadline);
  // Begins that, without waiting.
  void AskToEnd();

  [[nodiscard]] const Plan& plan() const { return *plan_; }
  [[nodiscard]] const AnswerSet& before() const { return before_; }
  [[nodiscard]] const AnswerSet& after() const { return after_; }

 private:
  [[nodiscard]] boost::asio::awaitable<long> Signals(AgentRun::Clock::time_point deadline);
  // The agent that is to be asked next; nullptr where it cannot be started.
  [[nodiscard]] AgentRun* Agent();
  [[nodiscard]] boost::asio::awaitable<void> Ask(AgentRun& agent, std::vector<Request> requests,
                                                 const Arrivals& arrivals,
                                                 AgentRun::Clock::time_point deadline);
  [[nodiscard]] boost::asio::awaitable<AnswerSet> RunOnce(std::set<std::size_t> needed,
                                                          AgentRun::Clock::time_point deadline);

  boost::asio::any_io_executor executor_;
  ControlOrder order_;
  World& world_;
  std::shared_ptr<const Plan> plan_ = std::make_shared<const Plan>();
  Decoy* decoy_ = nullptr;
  AnswerSet before_ = {};
  AnswerSet after_ = {};
  std::vector<std::unique_ptr<AgentRun>> agents_ = {};  // the last one is asked
  bool is_asked_ = false;                               // it was already
  GuardCounts counts_ = {};                             // of its guard, when it had answered
};

}  // namespace sandproof
