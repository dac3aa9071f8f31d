// The decoy process: probes try to see, signal, trace and read it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "harness/process/guarded_launch.h"
#include "harness/result.h"
#include "probes/wire/request.h"

namespace sandproof {

struct DecoyOrder {
  std::string agent_path = {};  // the decoy is a role of the agent's binary
  std::optional<RunAs> run_as = std::nullopt;
};

class Decoy {
 public:
  using Clock = std::chrono::steady_clock;

  // Errors: kInternal when it cannot be started.
  [[nodiscard]] static Result<std::unique_ptr<Decoy>> Begin(boost::asio::any_io_executor executor,
                                                            const DecoyOrder& order);
  // Waits until it says where it is; nothing may be asked of it before.
  // Errors: kInternal when it does not say so by the deadline.
  [[nodiscard]] boost::asio::awaitable<Result<bool>> Ready(Clock::time_point deadline);
  ~Decoy();
  Decoy(const Decoy&) = delete;
  Decoy& operator=(const Decoy&) = delete;

  // For Canary::kProcess and Canary::kUserKey.
  [[nodiscard]] const Params& process_params() const;
  [[nodiscard]] const Params& key_params() const;  // empty where no key can be made

  // How often SIGURG arrived so far; nullopt when the decoy is gone.
  [[nodiscard]] boost::asio::awaitable<std::optional<long>> Signals(Clock::time_point deadline);

  // What it said when it was last asked, without asking; nullopt also where it never was.
  [[nodiscard]] std::optional<long> LastSignals() const;

  // Tells it to end, which it does by itself; the destructor waits for that.
  void LetGo();

  // Ends it early: for tests that need a canary to die.
  void Kill();

 private:
  struct State;
  explicit Decoy(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

// `bytes` random bytes in hex, from getrandom(2).
[[nodiscard]] std::string RandomHex(std::size_t bytes);

}  // namespace sandproof
