// A child's launcher whose bind source is gone, in the system as it is deployed.
#pragma once

#include <sys/types.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "harness/supervise/family.h"

namespace sandproof {

// Follows the programs that a process and its descendants execute until one is the bwrap of the
// child, and renames a bind source among its arguments, before its first instruction, to one that
// is not there: bwrap then fails as it does when someone has removed the source. Nothing is
// removed.
//
// Only for the process that waits for all of them (System), which hands every wait status on. It
// is their tracer meanwhile, so that without CAP_SYS_PTRACE a set-user-ID program among them runs
// without its privilege.
// Source: ptrace(2), PTRACE_SEIZE, PTRACE_EVENT_EXEC; execve(2) on where arguments lie.
class MissingSource {
 public:
  explicit MissingSource(std::function<bool(const ProcessFacts&)> is_of_child)
      : is_of_child_(std::move(is_of_child)) {}

  // Begins with this process. Where it may not be traced nothing is done.
  void Follow(pid_t pid);
  // Takes what waitpid(2) said of any process.
  void OnStatus(pid_t pid, int status);

  // "--ro-bind /srv/app /app with /srv/ap~ in its place"; empty: nothing was renamed, yet.
  [[nodiscard]] const std::string& renamed() const { return renamed_; }

 private:
  void OnExec(pid_t pid);
  void GoOn(pid_t pid, int stop, int signal);

  std::function<bool(const ProcessFacts&)> is_of_child_;
  std::set<pid_t> followed_ = {};
  std::string renamed_ = {};
  bool is_over_ = false;  // whoever stops is let go
};

}  // namespace sandproof
