#include "harness/collect/control.h"

#include <algorithm>

#include "harness/collect/host_facts.h"

namespace sandproof {

namespace asio = boost::asio;

bool HasInbound(const std::vector<Request>& requests) {
  return std::any_of(requests.begin(), requests.end(),
                     [](const Request& request) { return request.probe == "net/inbound"; });
}

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

Result<std::unique_ptr<AgentRun>> Control::Launch() {
  return AgentRun::Begin(executor_, order_.launch, RandomHex(16), order_.batch_path);
}

asio::awaitable<void> Control::Finish(AgentRun::Clock::time_point deadline) {
  if (prepared_) ending_.push_back(std::move(prepared_));
  for (const std::unique_ptr<AgentRun>& run : ending_) run->launch().AskToEnd();
  for (const std::unique_ptr<AgentRun>& run : ending_) co_await run->launch().Finish(deadline);
  ending_.clear();
}

void Control::Prepare() {
  const bool is_first = ending_.empty();
  if (prepared_ || (!order_.batch_path.empty() && !is_first)) return;
  Result<std::unique_ptr<AgentRun>> run = Launch();
  if (run) prepared_ = *std::move(run);
}

void Control::Take(Plan plan, Decoy* decoy) {
  plan_ = std::move(plan);
  decoy_ = decoy;
}

asio::awaitable<AnswerSet> Control::RunOnce(std::set<std::size_t> needed,
                                            AgentRun::Clock::time_point deadline) {
  AnswerSet set;
  const std::vector<std::size_t> positions(needed.begin(), needed.end());
  std::vector<Request> requests;
  for (const std::size_t position : positions) {
    requests.push_back(plan_.outside.at(position));
    requests.back().index = static_cast<std::uint32_t>(requests.size() - 1);
  }
  if (!prepared_) {
    Result<std::unique_ptr<AgentRun>> run = Launch();
    if (!run) co_return set;
    prepared_ = *std::move(run);
  }
  const long signals_before = co_await Signals(deadline);
  ending_.push_back(std::move(prepared_));
  AgentRun& agent = *ending_.back();
  const Seat seat = world_.networks().ControlSeat(order_.place);
  const Arrivals arrivals(world_.networks(), order_.place, seat, agent.tag());
  if (co_await agent.Ready(deadline)) {
    const int guard = agent.launch().guard_pid();
    set.host = ReadHostFacts(guard, guard);
    if (!order_.launcher_net_id.empty()) set.host->facts["net_ns"] = {order_.launcher_net_id};
    const bool is_held = HasInbound(requests) && order_.batch_path.empty();
    static_cast<void>(co_await agent.Ask(requests, world_.ChangeNodeName(), deadline, is_held));
    if (is_held) {
      static_cast<void>(co_await arrivals.KnockAndWait(kInboundLimit));
      agent.EndInput();
    }
  }
  for (const auto& [index, answer] : agent.answers().observations()) {
    Observation& observation = set.observations[static_cast<std::uint32_t>(positions.at(index))];
    observation = answer;
    if (!order_.label.empty()) observation.facts["control"] = {order_.label};
  }
  const GuardCounts counts = (co_await agent.launch().Counts(deadline)).value_or(GuardCounts{});
  set.counted.group_signals = counts.sigurg;
  set.counted.terminal_bytes = counts.terminal_bytes;
  set.counted.signals = co_await Signals(deadline) - signals_before;
  set.counted.arrivals = arrivals.Since();
  co_return set;
}

}  // namespace sandproof
