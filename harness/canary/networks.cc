#include "harness/canary/networks.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdlib>

#include "harness/canary/listeners.h"
#include "harness/process/capabilities.h"
#include "harness/process/token.h"

namespace sandproof {

namespace {

bool IsConnected(const SocketPlan& plan) {
  return plan.type == SOCK_STREAM || plan.type == SOCK_SEQPACKET;
}

std::unique_ptr<Responder> Respond(boost::asio::any_io_executor executor,
                                   const NetworkCanary& canary, UniqueFd socket) {
  return std::make_unique<Responder>(executor,
                                     ResponderOrder{.socket = std::move(socket),
                                                    .is_connected = IsConnected(canary.plan),
                                                    .manner = canary.manner,
                                                    .nonce = canary.params.at("nonce")});
}

std::vector<SocketPlan> PlansOf(const std::vector<NetworkCanary>& canaries) {
  std::vector<SocketPlan> plans;
  plans.reserve(canaries.size());
  for (const NetworkCanary& one : canaries) plans.push_back(one.plan);
  return plans;
}

// Without an arena what stands outside must be an address of this machine, and not all of it can.
std::string WhyNotOnHost(Canary canary) {
  if (canary == Canary::kHostAddress) return "this machine has no address but loopback";
  return "it needs the arena, or an address of this machine that is not loopback";
}

template <typename Side>
void DescribeSide(const Side& side, std::map<Canary, Params>& params,
                  std::map<Canary, std::string>& missing) {
  for (std::size_t i = 0; i < side.canaries.size(); ++i) {
    const NetworkCanary& one = side.canaries[i];
    if (!one.subject.empty()) continue;  // their subjects bring their own
    if (side.errors.at(i).empty()) {
      params[one.canary] = one.params;
    } else {
      missing[one.canary] = "no listener could be made: " + side.errors[i];
    }
  }
}

template <typename Side>
const NetworkCanary* Find(const Side& side, Canary canary, const std::string& subject,
                          std::string& error) {
  for (std::size_t i = 0; i < side.canaries.size(); ++i) {
    const NetworkCanary& one = side.canaries[i];
    if (one.canary != canary || one.subject != subject) continue;
    error = side.errors.at(i);
    return &one;
  }
  error = "there is no such canary in this run";
  return nullptr;
}

}  // namespace

Networks::Networks(NetworksOrder order) : order_(std::move(order)) {
  paths_.canaries = PlanPaths(order_.directory);
  if (!order_.is_arena_wanted) return;
  NetworkPlan plan = PlanArena(order_.id, order_.allowed);
  for (auto& [side, canaries] :
       {std::pair(&in_arena_.near, &plan.near), std::pair(&in_arena_.far, &plan.far)}) {
    side->canaries = std::move(*canaries);
    for (const NetworkCanary& one : side->canaries) {
      side->errors.push_back(ForeseenRefusal(one.plan));
    }
  }
  Result<Arena> arena = Arena::Begin({.launches = order_.launches,
                                      .addresses = AddressesOf(in_arena_.far.canaries),
                                      .far = PlansOf(in_arena_.far.canaries),
                                      .near = PlansOf(in_arena_.near.canaries)});
  if (!arena) {
    why_no_arena_ = arena.error().message;
    return;
  }
  arena_ = *std::move(arena);
  // Where it needs a user namespace, or the host's network serves too, the kernel chooses ports.
  is_foreseen_ = MayFillNamespaces() && !order_.is_host_wanted;
}

void Networks::Finish(boost::asio::any_io_executor executor) {
  MakeHere(executor, paths_);
  if (!is_foreseen_) AwaitArena(executor);
}

bool Networks::AwaitControlSeat() {
  if (arena_) KeepIf(arena_->AwaitControls());
  return arena_.has_value();
}

void Networks::KeepIf(const Result<bool>& made) {
  if (made) return;
  why_no_arena_ = made.error().message;
  arena_.reset();
}

bool Networks::Settle(boost::asio::any_io_executor executor) {
  if (!is_foreseen_) return is_as_described_;
  is_foreseen_ = false;
  const std::array foreseen = {in_arena_.near.errors, in_arena_.far.errors};
  AwaitArena(executor);
  is_as_described_ = arena_ && foreseen == std::array{in_arena_.near.errors, in_arena_.far.errors};
  return is_as_described_;
}

void Networks::AwaitArena(boost::asio::any_io_executor executor) {
  if (arena_) KeepIf(arena_->Wait());
  if (arena_) PlaceInArena(executor);
  if (!arena_ || IsArenaApart() || order_.is_host_wanted) PlaceOnHost(executor);
}

void Networks::Adopt(boost::asio::any_io_executor executor, Side& side,
                     std::vector<ArenaSocket>& sockets) {
  std::vector<std::unique_ptr<Responder>>& responders = side.responders.emplace_back();
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    ArenaSocket& socket = sockets[i];
    // One that failed in any of the networks is of no use.
    if (!socket.error.empty()) side.errors[i] = socket.error;
    responders.push_back(
        socket.error.empty() ? Respond(executor, side.canaries[i], std::move(socket.fd)) : nullptr);
  }
}

void Networks::PlaceInArena(boost::asio::any_io_executor executor) {
  Adopt(executor, in_arena_.far, arena_->far());
  for (ArenaNetwork& network : arena_->networks()) {
    Adopt(executor, in_arena_.near, network.sockets);
  }
}

void Networks::MakeHere(boost::asio::any_io_executor executor, Side& side) {
  std::vector<std::unique_ptr<Responder>>& responders = side.responders.emplace_back();
  side.errors.resize(side.canaries.size());
  for (std::size_t i = 0; i < side.canaries.size(); ++i) {
    NetworkCanary& one = side.canaries[i];
    Result<UniqueFd> socket = MakeSocket(one.plan);
    responders.push_back(nullptr);
    if (!socket) {
      side.errors[i] = socket.error().message;
      continue;
    }
    const bool has_port = one.plan.family != AF_UNIX && one.plan.type != SOCK_RAW;
    if (has_port) one.params["port"] = std::to_string(PortOf(socket->get()));
    responders.back() = Respond(executor, one, *std::move(socket));
  }
}

void Networks::PlaceOnHost(boost::asio::any_io_executor executor) {
  const OwnAddresses own = FindOwnAddresses();
  NetworkPlan plan = PlanHost(order_.id, order_.allowed, own.ipv4, own.ipv6);
  on_host_.near.canaries = std::move(plan.near);
  on_host_.far.canaries = std::move(plan.far);
  MakeHere(executor, on_host_.near);
  MakeHere(executor, on_host_.far);
}

Seat Networks::ControlSeat(Place place) const {
  if (place == Place::kHost || !arena_) return {};
  const ArenaNetwork& network = arena_->controls();
  return {.net_ns = network.net_ns.get(),
          .user_ns = arena_->user_ns(),
          .net_id = network.id,
          .address4 = network.address4,
          .address6 = network.address6};
}

Seat Networks::LauncherSeat(Place place, std::size_t number) const {
  if (place == Place::kHost || !arena_) return {};
  const ArenaNetwork& network = arena_->launcher(number);
  return {.net_ns = network.net_ns.get(),
          .user_ns = arena_->user_ns(),
          .net_id = network.id,
          .address4 = network.address4,
          .address6 = network.address6,
          .network = number + 1};
}

void Networks::Describe(Place near, Place far, std::map<Canary, Params>& params,
                        std::map<Canary, std::string>& missing) const {
  std::map<Canary, Params> here;
  DescribeSide(At(near).near, here, missing);
  DescribeSide(At(far).far, here, missing);
  DescribeSide(paths_, here, missing);
  for (int number = static_cast<int>(Canary::kFarTcp4);
       number <= static_cast<int>(Canary::kMulticast6); ++number) {
    const auto canary = static_cast<Canary>(number);
    if (!here.contains(canary)) missing.try_emplace(canary, WhyNotOnHost(canary));
  }
  if (!here.contains(Canary::kHostAddress)) {
    missing.try_emplace(Canary::kHostAddress, WhyNotOnHost(Canary::kHostAddress));
  }
  params.merge(here);
}

const Params* Networks::ParamsOf(Place place, Canary canary, const std::string& subject) const {
  std::string error;
  for (const Side* side : {&At(place).near, &At(place).far}) {
    const NetworkCanary* found = Find(*side, canary, subject, error);
    if (found != nullptr) return error.empty() ? &found->params : nullptr;
  }
  return nullptr;
}

std::string Networks::WhyNot(Place place, Canary canary, const std::string& subject) const {
  std::string error;
  for (const Side* side : {&At(place).near, &At(place).far}) {
    if (Find(*side, canary, subject, error) != nullptr) return error;
  }
  return error;
}

Networks::Counts Networks::Count(Place place, const Seat& seat, const std::string& tag,
                                 std::optional<Canary> only) {
  Counts counts;
  Held& held = At(place);
  for (Side* side : {&held.near, &held.far, &paths_}) {
    if (side->responders.empty()) continue;
    const bool is_shared = side->responders.size() == 1;
    auto& responders = side->responders.at(is_shared ? 0 : seat.network);
    for (std::size_t i = 0; i < responders.size(); ++i) {
      const NetworkCanary& one = side->canaries[i];
      if (responders[i] == nullptr || (only && one.canary != *only)) continue;
      const bool is_by_sender = is_shared && !seat.address4.empty() && one.plan.family != AF_UNIX;
      const std::string& sender = one.plan.family == AF_INET ? seat.address4 : seat.address6;
      counts[{one.canary, one.subject}] = responders[i]->Arrivals(is_by_sender ? sender : tag);
    }
  }
  return counts;
}

bool Networks::Knock(Place place, const Seat& seat, const std::string& tag) {
  const Side& far = At(place).far;
  bool is_any = false;
  for (std::size_t i = 0; i < far.canaries.size() && !far.responders.empty(); ++i) {
    const NetworkCanary& one = far.canaries[i];
    if (one.canary != Canary::kInbound || far.responders[0][i] == nullptr) continue;
    const std::string& host = seat.address4.empty() ? one.plan.address : seat.address4;
    far.responders[0][i]->Knock(host, InboundPort(tag));
    is_any = true;
  }
  return is_any;
}

std::uint16_t InboundPort(const std::string& tag) {
  constexpr unsigned long kLowest = 10000;  // below those of near canaries
  const unsigned long number = std::strtoul(tag.substr(0, 4).c_str(), nullptr, 16);
  return static_cast<std::uint16_t>(kLowest + number % 10000);
}

bool Networks::Drop(Canary canary) {
  bool is_any = false;
  for (Side* side : {&on_host_.near, &on_host_.far, &in_arena_.near, &in_arena_.far, &paths_}) {
    for (auto& responders : side->responders) {
      for (std::size_t i = 0; i < responders.size(); ++i) {
        if (side->canaries[i].canary != canary) continue;
        is_any = is_any || responders[i] != nullptr;
        responders[i].reset();
      }
    }
  }
  return is_any;
}

Arrivals::Arrivals(Networks& networks, Networks::Place place, Seat seat, std::string tag)
    : networks_(networks),
      place_(place),
      seat_(std::move(seat)),
      tag_(std::move(tag)),
      before_(networks_.Count(place_, seat_, tag_)) {}

Networks::Counts Arrivals::Since(std::optional<Canary> only) const {
  Networks::Counts counts = networks_.Count(place_, seat_, tag_, only);
  for (auto& [canary, count] : counts) {
    const auto found = before_.find(canary);
    if (found != before_.end()) count -= found->second;
  }
  return counts;
}

void Arrivals::Knock() const { static_cast<void>(networks_.Knock(place_, seat_, tag_)); }

boost::asio::awaitable<bool> Arrivals::KnockAndWait(std::chrono::milliseconds limit) const {
  if (!networks_.Knock(place_, seat_, tag_)) co_return false;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  constexpr std::chrono::microseconds kLongestPause(2000);
  std::chrono::microseconds pause(100);
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (Since(Canary::kInbound)[kInboundCount] == 0) {
    if (std::chrono::steady_clock::now() >= deadline) co_return false;
    // The answer wakes nobody here; it comes within microseconds or not at all.
    timer.expires_after(pause);
    pause = std::min(2 * pause, kLongestPause);
    co_await timer.async_wait(kToken);
  }
  co_return true;
}

}  // namespace sandproof
