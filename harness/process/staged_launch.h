// Somebody's whole launcher on its stage: as they start it, with stand-ins where they are wanted.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/process/process.h"
#include "harness/result.h"

namespace sandproof {

// A file that is shown in another's place.
struct StagedCover {
  std::string path = {};  // what is hidden
  std::string with = {};  // what is shown there
  std::string as = {};    // an empty file, where what is hidden shows
};

struct StageOrder {
  std::string agent_path = {};  // the stage is a role of the agent's binary
  std::vector<std::string> argv = {};
  std::vector<std::string> env = {};
  std::vector<ChildFd> fds = {};  // besides 0, 1 and 2, which are ours
  std::vector<StagedCover> covers = {};
  bool user_namespace = false;   // to make the covers in
  std::string session_key = {};  // "DESCRIPTION:NONCE", planted in a session keyring of its own
  bool counts_signals = false;   // those to the launcher's process group
};

// What became of the launcher.
struct StageEnd {
  std::optional<int> exec_error = std::nullopt;   // errno: it never started
  std::optional<int> cover_error = std::nullopt;  // errno: it was started without the covers
  std::optional<int> wait_status = std::nullopt;  // it ended, with this status
  bool is_alone = false;                          // it ended, and nothing is left of it
};

class StagedLaunch {
 public:
  using Clock = std::chrono::steady_clock;

  // Errors: kInternal when the stage itself cannot be started.
  [[nodiscard]] static Result<std::unique_ptr<StagedLaunch>> Begin(
      boost::asio::any_io_executor executor, const StageOrder& order);
  // What is left of the launcher is killed.
  ~StagedLaunch();
  StagedLaunch(const StagedLaunch&) = delete;
  StagedLaunch& operator=(const StagedLaunch&) = delete;

  // Sends a signal to the launcher, and to nothing else of it.
  void Signal(int number);

  // Waits until `done` holds, the stage is gone, or the deadline. True when `done` holds.
  [[nodiscard]] boost::asio::awaitable<bool> WaitUntil(std::function<bool()> done,
                                                       Clock::time_point deadline);
  // Has whoever waits look again.
  void Wake();

  // How many SIGURG the launcher's process group has got.
  [[nodiscard]] boost::asio::awaitable<std::optional<long>> Signals(Clock::time_point deadline);

  // Kills what is left and waits for the stage. How many were killed.
  [[nodiscard]] boost::asio::awaitable<long> Finish(Clock::time_point deadline);

  [[nodiscard]] const StageEnd& end() const;
  [[nodiscard]] int stage_pid() const;
  [[nodiscard]] int launcher_pid() const;  // -1 before it runs
  [[nodiscard]] bool is_gone() const;

 private:
  struct State;
  explicit StagedLaunch(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace sandproof
