#include "harness/collect/arena_lane.h"

#include <algorithm>

#include "harness/canary/decoy.h"
#include "harness/collect/evidence.h"
#include "harness/collect/host_facts.h"
#include "harness/collect/outside.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

constexpr auto kPlace = Networks::Place::kArena;

std::set<std::size_t> Common(const std::set<std::size_t>& one, const std::set<std::size_t>& other) {
  std::set<std::size_t> common;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(),
                        std::inserter(common, common.end()));
  return common;
}

}  // namespace

std::set<std::size_t> FarPositions(const Plan& plan) {
  std::set<std::size_t> positions;
  for (const PlannedCheck& planned : plan.checks) {
    if (planned.request && IsFar(planned.check.property->canary)) {
      positions.insert(*planned.request);
    }
  }
  return positions;
}

ArenaLane::ArenaLane(asio::any_io_executor executor, LaunchOrder order,
                     std::vector<std::string> agent, std::shared_ptr<const Plan> plan, World& world,
                     std::size_t number)
    : executor_(std::move(executor)),
      order_(std::move(order)),
      plan_(std::move(plan)),
      positions_(FarPositions(*plan_)),
      world_(world),
      number_(number) {
  const Seat seat = world_.networks().ControlSeat(kPlace);
  ControlOrder control{.label = "in the arena", .launch = order_, .place = kPlace};
  control.launch.argv = std::move(agent);
  control.launch.net_ns = seat.net_ns;
  control.launch.user_ns = seat.user_ns;
  control_ = std::make_unique<Control>(executor_, std::move(control), world_);
  control_->Take(plan_, nullptr);
}

void ArenaLane::Begin(Clock::duration patience) {
  ready_by_ = Clock::now() + patience;
  const Seat seat = world_.networks().LauncherSeat(kPlace, number_);
  order_.net_ns = seat.net_ns;
  order_.user_ns = seat.user_ns;
  auto sandbox = AgentRun::Begin(executor_, order_, RandomHex(16), "");
  if (!sandbox) {
    silence_ = "in the arena: " + sandbox.error().message;
  } else {
    sandbox_ = *std::move(sandbox);
  }
}

asio::awaitable<void> ArenaLane::RunBefore(Clock::time_point deadline) {
  co_await control_->RunBefore(Common(NeededBefore(*plan_, ControlOf::kWhoever), positions_),
                               deadline);
}

asio::awaitable<void> ArenaLane::Ask(Clock::time_point deadline) {
  if (!sandbox_) co_return;
  const std::vector<Request> requests = Select(plan_->inside, positions_);
  arrivals_.emplace(world_.networks(), kPlace, world_.networks().LauncherSeat(kPlace, number_),
                    sandbox_->tag());
  const bool is_ready = co_await sandbox_->Ready(std::min(deadline, ready_by_));
  if (is_ready) silence_ = WhyNotOutside(FindIt());
  if (!silence_.empty()) co_return;
  const bool is_answered =
      is_ready && co_await sandbox_->Ask(requests, std::nullopt, deadline, HasInbound(requests));
  arrivals_->Knock();
  inside_.observations = Restore(sandbox_->answers().TakeObservations(), positions_);
  inside_.counted.arrivals = arrivals_->Since();
  if (is_answered) co_return;
  silence_ = "launched in the arena, inside a user namespace of ours, " +
             sandbox_->Silence(requests) +
             "; \"net\": {\"from\": \"host\"} judges it by this machine's own addresses instead";
}

Whereabouts ArenaLane::FindIt() {
  Whereabouts where{.guard = sandbox_->launch().guard_pid(),
                    .launcher_id = world_.networks().LauncherSeat(kPlace, number_).net_id};
  agent_ = FindAgent(where.guard, sandbox_->answers().agent_pid());
  where.agent = agent_;
  if (!where.agent) return where;
  const Observation facts = ReadHostFacts(*where.agent, where.guard);
  if (const std::string* net_id = facts.Fact("net_ns")) where.net_id = *net_id;
  return where;
}

asio::awaitable<void> ArenaLane::RunAfter(Clock::time_point deadline) {
  if (inside_.observations.empty()) co_return;
  const auto needed = NeededAfter(*plan_, inside_, ControlOf::kWhoever);
  co_await control_->RunAfter(Common(needed, positions_), deadline);
  co_await EndInput();
}

asio::awaitable<void> ArenaLane::EndInput() {
  if (inside_.observations.empty()) co_return;
  inside_.counted.arrivals[kInboundCount] =
      co_await AnswersFromInside(*arrivals_, agent_, InboundPort(sandbox_->tag()));
  sandbox_->EndInput();
}

void ArenaLane::AskToEnd() {
  control_->AskToEnd();
  if (sandbox_) sandbox_->launch().AskToEnd();
}

asio::awaitable<void> ArenaLane::Finish(Clock::time_point deadline) {
  co_await control_->Finish(deadline);
  if (sandbox_) co_await sandbox_->launch().Finish(deadline);
}

}  // namespace sandproof
