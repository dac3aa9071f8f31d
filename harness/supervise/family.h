// Processes by descent: the only way in which a supervised process is found.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "probes/wire/unique_fd.h"

namespace sandproof {

// What /proc says of a process. Source: proc_pid_stat(5), proc_pid_cmdline(5).
struct ProcessFacts {
  pid_t pid = -1;
  pid_t parent = -1;
  pid_t group = -1;
  char state = '?';              // 'Z' a zombie, 'T' stopped
  unsigned long long start = 0;  // in clock ticks since boot: with the pid, a name for good
  std::vector<std::string> argv = {};
  unsigned long long argv_at = 0;  // where argv lies in its memory; 0 where that is not told

  // Whether both are the same process, whatever it runs by now.
  [[nodiscard]] bool IsSame(const ProcessFacts& other) const {
    return pid == other.pid && start == other.start;
  }
  [[nodiscard]] bool IsZombie() const { return state == 'Z' || state == 'X'; }
  // "bash ./entrypoint.sh (pid 12)"; cut.
  [[nodiscard]] std::string Describe() const;
};

// nullopt for a process that is gone.
[[nodiscard]] std::optional<ProcessFacts> FactsOf(pid_t pid);

// All that descend from `root`, without it, parents before children; zombies too.
//
// Limit: what is born or dies meanwhile may be missing.
// Source: proc_tid_children(5), for each thread.
[[nodiscard]] std::vector<ProcessFacts> DescendantsOf(pid_t root);

// The words of a command line, joined by spaces.
[[nodiscard]] std::string Joined(const std::vector<std::string>& argv);

// A hold on one process, whose number cannot become another's meanwhile.
// Errors: an invalid descriptor where the process is gone.
[[nodiscard]] UniqueFd HoldOn(const ProcessFacts& process);

// 0, or the errno of pidfd_send_signal(2).
[[nodiscard]] int SendSignal(const UniqueFd& process, int signal);

}  // namespace sandproof
