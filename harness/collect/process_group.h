// Who else is in the payload's process group.
#pragma once

#include <optional>
#include <vector>

#include "harness/collect/control.h"
#include "harness/process/signal_ear.h"

namespace sandproof {

// Those in the agent's process group who are not inside: in another PID namespace; where that is
// the launcher's, in other mounts; where these are, too, whoever the payload did not start.
struct GroupOutside {
  int group = 0;               // as the host numbers it
  bool may_be_joined = false;  // it is in the guard's session: setpgid(2) leads into it
  // The guard alone, in place of who starts the launcher, or processes of the launch.
  std::vector<int> members = {};
};

// nullopt: it cannot be told, or not of everybody where nobody is known to be outside.
// Source: getpgid(2), namespaces(7).
[[nodiscard]] std::optional<GroupOutside> WhoSharesGroup(int agent_pid, int guard_pid);

// Attends a group that nobody of ours can be put into, while the payload is asked to signal it.
class GroupWatch {
 public:
  // Listens at those outside, who are all there are.
  explicit GroupWatch(const std::vector<int>& outside);
  // Counts whoever heard the signal. Where nobody did, it reached the payload's own processes
  // alone: the answer is a denial then.
  void Settle(AnswerSet& inside);

 private:
  std::vector<std::optional<SignalEar>> ears_ = {};
};

}  // namespace sandproof
