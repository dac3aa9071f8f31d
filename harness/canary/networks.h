// The networks in which a run launches, and the canaries in them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/arena/arena.h"
#include "harness/canary/network_plan.h"
#include "harness/canary/responder.h"
#include "harness/result.h"

namespace sandproof {

struct NetworksOrder {
  std::string id = {};                 // the run's
  std::string directory = {};          // where its Unix sockets are, once Finish is called
  std::size_t launches = 1;            // sandboxes
  std::vector<Endpoint> allowed = {};  // by any of them
  bool is_arena_wanted = true;
  bool is_host_wanted = false;  // whatever becomes of the arena
};

// Where something is launched: descriptors that stay ours, -1 for the harness's own namespace.
struct Seat {
  int net_ns = -1;
  int user_ns = -1;
  std::string net_id = {};    // the inode number of the network namespace; empty: the harness's
  std::string address4 = {};  // what the far side sees as the sender; empty: anything
  std::string address6 = {};
  std::size_t network = 0;  // 0 the controls', then the launchers'
};

class Networks {
 public:
  enum class Place { kHost, kArena };

  // Begins to make the arena, where it is wanted.
  explicit Networks(NetworksOrder order);
  // Puts up the canaries, but for those of an arena of which all is known beforehand: that one can
  // be described while it is made.
  void Finish(boost::asio::any_io_executor executor);
  // Waits until there is a ControlSeat in it. False where there will be none.
  [[nodiscard]] bool AwaitControlSeat();
  // Waits for the whole of it, so that it can be used. False where not all of it came as it had
  // been described.
  [[nodiscard]] bool Settle(boost::asio::any_io_executor executor);
  [[nodiscard]] bool IsSettled() const { return !is_foreseen_; }

  [[nodiscard]] bool HasArena() const { return arena_.has_value(); }
  // True where only a user namespace lets us have it: what is launched in it is not quite what the
  // user launches, so that nothing but what is outside is judged there.
  [[nodiscard]] bool IsArenaApart() const { return arena_ && arena_->user_ns() >= 0; }
  // Why there is none; empty when there is, or none was wanted.
  [[nodiscard]] const std::string& why_no_arena() const { return why_no_arena_; }

  [[nodiscard]] Seat ControlSeat(Place place) const;
  [[nodiscard]] Seat LauncherSeat(Place place, std::size_t number) const;

  // Adds the params of the canaries at the launcher's own side of `near`, and of those outside of
  // `far`, and why others are not there.
  void Describe(Place near, Place far, std::map<Canary, Params>& params,
                std::map<Canary, std::string>& missing) const;
  // The params of one of several canaries of a kind; nullptr where it could not be made, with the
  // reason in WhyNot.
  [[nodiscard]] const Params* ParamsOf(Place place, Canary canary,
                                       const std::string& subject) const;
  [[nodiscard]] std::string WhyNot(Place place, Canary canary, const std::string& subject) const;

  // What has come to every canary from a seat, or to those of one kind: by the sender's address, or
  // by the tag of the agent's run where many senders share one.
  using Counts = std::map<std::pair<Canary, std::string>, long>;
  [[nodiscard]] Counts Count(Place place, const Seat& seat, const std::string& tag,
                             std::optional<Canary> only = std::nullopt);

  // Talks, as whoever is outside, to the port that net/inbound opens in the run of the agent with
  // this tag. False where there is no such canary.
  bool Knock(Place place, const Seat& seat, const std::string& tag);

  // Destroys a canary everywhere: for tests. False when there is no such canary.
  [[nodiscard]] bool Drop(Canary canary);

 private:
  struct Side {
    std::vector<NetworkCanary> canaries = {};
    std::vector<std::string> errors = {};  // by canary; those that are foreseen from the start
    // By network, 0 the controls'; one for the far side and for the host's.
    std::vector<std::vector<std::unique_ptr<Responder>>> responders = {};
  };
  struct Held {
    Side near = {};
    Side far = {};
  };

  void KeepIf(const Result<bool>& made);  // the arena
  void AwaitArena(boost::asio::any_io_executor executor);
  void PlaceInArena(boost::asio::any_io_executor executor);
  void PlaceOnHost(boost::asio::any_io_executor executor);
  static void MakeHere(boost::asio::any_io_executor executor, Side& side);
  static void Adopt(boost::asio::any_io_executor executor, Side& side,
                    std::vector<ArenaSocket>& sockets);
  [[nodiscard]] const Held& At(Place place) const {
    return place == Place::kHost ? on_host_ : in_arena_;
  }
  [[nodiscard]] Held& At(Place place) { return place == Place::kHost ? on_host_ : in_arena_; }

  NetworksOrder order_ = {};
  std::optional<Arena> arena_ = std::nullopt;
  std::string why_no_arena_ = {};
  bool is_foreseen_ = false;      // and not there yet
  bool is_as_described_ = false;  // once it is
  Side paths_ = {};               // reached from every network
  Held on_host_ = {};
  Held in_arena_ = {};
};

// The port that net/inbound opens in the run of the agent with this tag: each run has its own, so
// that none is in another's way.
[[nodiscard]] std::uint16_t InboundPort(const std::string& tag);

// Where the answers to a knock are counted.
inline const std::pair<Canary, std::string> kInboundCount(Canary::kInbound, "");

// What comes to the canaries from one seat from now on.
class Arrivals {
 public:
  Arrivals(Networks& networks, Networks::Place place, Seat seat, std::string tag);
  [[nodiscard]] Networks::Counts Since(std::optional<Canary> only = std::nullopt) const;
  // Knocks once, and does not wait.
  void Knock() const;
  // Knocks, and waits until somebody inside has answered, at most `limit`. False: nobody has.
  [[nodiscard]] boost::asio::awaitable<bool> KnockAndWait(std::chrono::milliseconds limit) const;

 private:
  Networks& networks_;
  Networks::Place place_;
  Seat seat_;
  std::string tag_;
  Networks::Counts before_;
};

}  // namespace sandproof
