#include "harness/collect/control.h"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "harness/collect/host_facts.h"

namespace sandproof {

namespace asio = boost::asio;

using namespace asio::experimental::awaitable_operators;

asio::awaitable<void> Control::RunBefore(std::set<std::size_t> needed,
                                         AgentRun::Clock::time_point deadline) {
  before_ = co_await RunOnce(std::move(needed), deadline);
}

asio::awaitable<void> Control::RunAfter(std::set<std::size_t> needed,
                                        AgentRun::Clock::time_point deadline) {
  after_ = co_await RunOnce(std::move(needed), deadline);
}

asio::awaitable<long> Control::Signals(AgentRun::Clock::time_point deadline) {
  if (decoy_ == nullptr) co_return 0;
  co_return (co_await decoy_->Signals(deadline)).value_or(0);
}

AgentRun* Control::Agent() {
  // An agent that waits at a terminal would read what a probe has pushed there to be counted.
  const bool is_usable = !is_asked_ || order_.batch_path.empty();
  if (!agents_.empty() && is_usable && !agents_.back()->launch().is_over()) {
    return agents_.back().get();
  }
  LaunchOrder launch = order_.launch;
  if (order_.batch_path.empty()) launch.argv.emplace_back("--again");
  Result<std::unique_ptr<AgentRun>> run =
      AgentRun::Begin(executor_, launch, RandomHex(16), order_.batch_path);
  if (!run) return nullptr;
  is_asked_ = false;
  counts_ = {};
  return agents_.emplace_back(*std::move(run)).get();
}

void Control::AskToEnd() {
  for (const std::unique_ptr<AgentRun>& agent : agents_) agent->launch().AskToEnd();
}

asio::awaitable<void> Control::Finish(AgentRun::Clock::time_point deadline) {
  AskToEnd();
  for (const std::unique_ptr<AgentRun>& agent : agents_) co_await agent->launch().Finish(deadline);
  agents_.clear();
}

void Control::Prepare() { static_cast<void>(Agent()); }

void Control::Take(std::shared_ptr<const Plan> plan, Decoy* decoy) {
  plan_ = std::move(plan);
  decoy_ = decoy;
}

asio::awaitable<void> Control::Ask(AgentRun& agent, std::vector<Request> requests,
                                   const Arrivals& arrivals, AgentRun::Clock::time_point deadline) {
  const bool is_talked_to = HasInbound(requests) && order_.batch_path.empty();
  // Its input stays open for the next time.
  static_cast<void>(
      co_await agent.Ask(std::move(requests), world_.ChangeNodeName(), deadline, true));
  if (is_talked_to) static_cast<void>(co_await arrivals.KnockAndWait(kInboundLimit));
}

asio::awaitable<AnswerSet> Control::RunOnce(std::set<std::size_t> needed,
                                            AgentRun::Clock::time_point deadline) {
  AnswerSet set;
  AgentRun* const found = Agent();
  if (found == nullptr) co_return set;
  AgentRun& agent = *found;
  if (is_asked_) agent.Renew();
  is_asked_ = true;
  const Arrivals arrivals(world_.networks(), order_.place,
                          world_.networks().ControlSeat(order_.place), agent.tag());
  const auto [signals_before, is_ready] = co_await (Signals(deadline) && agent.Ready(deadline));
  if (is_ready) {
    const int guard = agent.launch().guard_pid();
    set.host = ReadHostFacts(guard, guard);
    if (order_.twin) {
      const Seat twin = world_.networks().LauncherSeat(order_.place, *order_.twin);
      if (!twin.net_id.empty()) set.host->facts["net_ns"] = {twin.net_id};
    }
    co_await Ask(agent, Select(plan_->outside, needed), arrivals, deadline);
  }
  set.observations = Restore(agent.answers().TakeObservations(), needed);
  if (!order_.label.empty()) {
    for (auto& [position, answer] : set.observations) answer.facts["control"] = {order_.label};
  }
  const auto [counts, signals_after] =
      co_await (agent.launch().Counts(deadline) && Signals(deadline));
  const GuardCounts now = counts.value_or(counts_);
  set.counted.group_signals = now.sigurg - counts_.sigurg;
  set.counted.terminal_bytes = now.terminal_bytes - counts_.terminal_bytes;
  set.counted.signals = signals_after - signals_before;
  set.counted.arrivals = arrivals.Since();
  counts_ = now;
  co_return set;
}

}  // namespace sandproof
