// One launcher under its guard: started, talked to, ended without a trace.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/process/process.h"
#include "harness/result.h"

namespace sandproof {

// Numbers to run as.
struct RunAs {
  unsigned uid = 0;
  unsigned gid = 0;
  std::vector<unsigned> groups = {};
  bool operator==(const RunAs&) const = default;
};

struct LaunchOrder {
  std::string agent_path = {};         // the guard is a role of the agent's binary
  std::vector<std::string> argv = {};  // the launcher's own
  std::vector<std::string> env = {};
  std::string cwd = {};
  std::vector<ChildFd> fds = {};  // besides 0, 1 and 2
  bool terminal = false;          // a pty as 0, 1, 2 and as controlling terminal
  std::optional<RunAs> run_as = std::nullopt;
  int net_ns = -1;               // a network namespace to launch in; ours stays ours
  int user_ns = -1;              // the user namespace that owns it, where that is not ours
  bool user_namespace = false;   // in a new user namespace, as its root
  std::string session_key = {};  // "DESCRIPTION:NONCE", planted in a session keyring of its own
};

// How the launcher ended, as its guard saw it.
struct LaunchEnd {
  std::optional<int> exec_error = std::nullopt;   // errno: it never started
  std::optional<int> wait_status = std::nullopt;  // it ended, with this status
  bool left_children = false;                     // processes outlived it
};

// What the guard counted so far.
struct GuardCounts {
  long sigurg = 0;
  long terminal_bytes = 0;
};

// A launch that somebody else made, whose agent talks over a socket of ours.
struct AdoptedLaunch {
  using Clock = std::chrono::steady_clock;
  UniqueFd channel = {};
  std::function<int()> guard_pid = {};  // whose descendant the agent is
  // How many signals the canary in the launcher's process group has got.
  std::function<boost::asio::awaitable<std::optional<long>>(Clock::time_point)> signals = {};
};

// Reads run in the background and hand bytes to `on_output`, which says whether they brought
// something that a waiter may wait for; every wait has a deadline.
class GuardedLaunch {
 public:
  using Clock = std::chrono::steady_clock;
  using OnOutput = std::function<bool(std::string_view)>;

  // Errors: kInternal when the guard itself cannot be started.
  [[nodiscard]] static Result<std::unique_ptr<GuardedLaunch>> Begin(
      boost::asio::any_io_executor executor, const LaunchOrder& order, OnOutput on_output);
  // The same for an agent that is started by others: what would end or kill it does nothing but let
  // it go on, and how its launcher ended is not known.
  [[nodiscard]] static std::unique_ptr<GuardedLaunch> Adopt(boost::asio::any_io_executor executor,
                                                            AdoptedLaunch adopted,
                                                            OnOutput on_output);
  ~GuardedLaunch();
  GuardedLaunch(const GuardedLaunch&) = delete;
  GuardedLaunch& operator=(const GuardedLaunch&) = delete;

  // Writes to the launcher's standard input; ends it afterwards if it is a pipe and `last`.
  [[nodiscard]] boost::asio::awaitable<bool> Send(std::string text, bool last);

  // Ends the launcher's standard input, where that is a pipe.
  void EndInput();

  // Waits until `done` holds, all output has ended, or the deadline. True when `done` holds.
  [[nodiscard]] boost::asio::awaitable<bool> WaitUntil(std::function<bool()> done,
                                                       Clock::time_point deadline);

  [[nodiscard]] boost::asio::awaitable<std::optional<GuardCounts>> Counts(
      Clock::time_point deadline);

  // Has the guard keep somebody with this identity (nullopt: its own) in a process group of the
  // launch until the next Counts, which then counts the signals to him too. False where that cannot
  // be: the group is of another session.
  [[nodiscard]] boost::asio::awaitable<bool> Bystand(int group, std::optional<RunAs> identity,
                                                     Clock::time_point deadline);

  // Kills the launcher alone. How many of its processes then live on; nullopt where that could not
  // be told: it had ended before, or the end of some takes too long.
  [[nodiscard]] boost::asio::awaitable<std::optional<long>> KillLauncher(
      Clock::time_point deadline);

  // Has the guard kill what is left, without waiting.
  void AskToEnd();
  // AskToEnd, and waits for the guard. Idempotent.
  [[nodiscard]] boost::asio::awaitable<void> Finish(Clock::time_point deadline);

  [[nodiscard]] const LaunchEnd& end() const;
  [[nodiscard]] int guard_pid() const;
  // st_ino of the pipe that is its standard input; 0 where that is something else.
  [[nodiscard]] std::uint64_t input_pipe() const;
  // st_rdev of the terminal that this launch was given; 0 without one.
  [[nodiscard]] unsigned long terminal_device() const;
  [[nodiscard]] const std::string& stderr_tail() const;
  // Its first 64 KiB.
  [[nodiscard]] const std::string& stderr_head() const;
  // Asked after each piece of standard error whether it brought what a waiter may wait for.
  void OnErrors(std::function<bool()> on_errors);
  // True once the launcher has ended, or never started, and all its output has been read.
  [[nodiscard]] bool is_over() const;

 private:
  struct State;
  explicit GuardedLaunch(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace sandproof
