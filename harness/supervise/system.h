// A whole system, started as it is deployed: its output, its processes, its end.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/process/process.h"
#include "harness/result.h"
#include "harness/supervise/family.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

struct SystemOrder {
  std::vector<std::string> argv = {};  // argv[0] is the path of the program
  std::vector<std::string> env = {};   // "NAME=VALUE"; the whole environment
  std::string cwd = {};
  std::vector<ChildFd> fds = {};  // besides 0, 1 and 2; not with a terminal
  bool terminal = false;          // a pty as 0, 1, 2 and as controlling terminal
  int owner = -1;                 // a socket whose end of file says that nobody waits any more
  std::function<void(std::string_view line)> on_line = {};    // of its output, without the newline
  std::function<void(pid_t pid, int status)> on_status = {};  // what waitpid(2) says, of each
};

// One start of a system, in a session and process group of its own. Output and standard error are
// read together; standard input is /dev/null.
//
// Only for a forked helper with no other children (ForkedHelper): this process becomes the
// subreaper of all that descends from the system, reaps everything and ends everything.
class System {
 public:
  using Clock = std::chrono::steady_clock;

  // Errors: kInternal, with the call, where it cannot be started.
  [[nodiscard]] static Result<std::unique_ptr<System>> Start(const SystemOrder& order);
  ~System();
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  // Waits at most `limit` for output, the end of a process or the end of the owner; takes in what
  // has come. Without news it returns at the limit.
  void Wait(std::chrono::milliseconds limit);

  // Waits until `done` holds, the owner is gone or `deadline`. True when `done` holds. Asked every
  // `tick`, because nothing announces what becomes of processes of others.
  [[nodiscard]] bool WaitUntil(const std::function<bool()>& done, Clock::time_point deadline,
                               std::chrono::milliseconds tick = std::chrono::milliseconds(2));

  [[nodiscard]] pid_t pid() const { return pid_; }
  // The wait status of the process that was started, and when it was seen; nullopt: it runs.
  [[nodiscard]] std::optional<int> status() const { return status_; }
  [[nodiscard]] Clock::time_point ended_at() const { return ended_at_; }
  // Whether no process is left, zombies included.
  [[nodiscard]] bool is_gone() const { return is_gone_; }
  // Whether more output can come: somebody may still write, or its end has not been read.
  [[nodiscard]] bool has_output() const { return static_cast<bool>(output_); }
  // Whether nobody waits for the outcome any more.
  [[nodiscard]] bool is_abandoned() const { return is_abandoned_; }
  [[nodiscard]] Clock::time_point started_at() const { return started_at_; }

  // The process that was started, while it runs, and all that this process is the subreaper of.
  [[nodiscard]] std::vector<ProcessFacts> Processes() const;

  // The last bytes of the output.
  [[nodiscard]] const std::string& log() const { return log_; }
  // Its last lines.
  [[nodiscard]] std::string LogTail(std::size_t lines) const;

  // Types a character into the terminal. False without one.
  [[nodiscard]] bool Type(char letter);

  // Kills everything and waits for the end of it. Idempotent.
  void End();

 private:
  System() = default;
  void TakeOutput();
  void Reap();

  pid_t pid_ = -1;
  UniqueFd output_ = {};
  UniqueFd child_ended_ = {};  // a signalfd for SIGCHLD
  int owner_ = -1;
  bool is_terminal_ = false;
  std::function<void(std::string_view)> on_line_ = {};
  std::function<void(pid_t, int)> on_status_ = {};
  std::string line_ = {};
  std::string log_ = {};
  std::optional<int> status_ = std::nullopt;
  Clock::time_point started_at_ = {};
  Clock::time_point ended_at_ = {};
  bool is_gone_ = false;
  bool is_abandoned_ = false;
};

// "exit 3", "killed by SIGKILL".
[[nodiscard]] std::string StatusText(int wait_status);

}  // namespace sandproof
