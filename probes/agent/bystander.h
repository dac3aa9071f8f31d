// Somebody outside the sandbox who is in the payload's process group and is what the payload is.
#pragma once

#include <sys/types.h>

#include "probes/agent/identity.h"
#include "probes/wire/unique_fd.h"

namespace sandproof::probes {

// A child that does nothing but take SIGURG, with the payload's identity, in the payload's process
// group. Where a launcher makes a group of its own (timeout(1), a job of a shell) or the payload is
// another uid than whoever started it, its signals do not come to the guard, and still they reach
// the launcher's own processes.
class Bystander {
 public:
  Bystander() = default;
  ~Bystander() { static_cast<void>(End()); }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;

  // False with errno: the group is not of our session, or the identity is refused.
  [[nodiscard]] bool Begin(pid_t group, const Identity& identity);
  // Ends it. 1 where SIGURG has come to it, else 0. Idempotent.
  // Why: the signal is blocked and so stays pending (proc_pid_status(5), ShdPnd), which is told
  // without waiting for it to be taken.
  [[nodiscard]] long End();

 private:
  pid_t pid_ = -1;
  UniqueFd held_ = {};
};

}  // namespace sandproof::probes
