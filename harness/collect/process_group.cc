#include "harness/collect/process_group.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "harness/collect/host_facts.h"
#include "harness/collect/namespaces.h"

namespace sandproof {

namespace {

// The namespace of a kind ("pid_ns") that a process is in; empty where that was not seen.
std::string IdOf(const Facts& namespaces, const char* kind) {
  const auto found = namespaces.find(kind);
  return found == namespaces.end() ? std::string() : found->second.front();
}

}  // namespace

std::optional<GroupOutside> WhoSharesGroup(int agent_pid, int guard_pid) {
  const pid_t group = ::getpgid(agent_pid);
  if (group <= 0) return std::nullopt;
  GroupOutside shared{.group = group, .may_be_joined = ::getsid(agent_pid) == ::getsid(guard_pid)};
  if (::getpgid(guard_pid) == group) {
    shared.members = {guard_pid};
    return shared;
  }
  const std::vector<int> all = ProcessesBelow(guard_pid);
  if (std::find(all.begin(), all.end(), agent_pid) == all.end()) return std::nullopt;
  // Who is in its PID namespace is inside; where that is the launcher's, who is in its mounts; and
  // where it has neither of its own, what it started.
  const Facts own = NamespacesOf(agent_pid);
  const Facts outer = NamespacesOf(guard_pid);
  const char* kind = nullptr;
  for (const char* one : {"mnt_ns", "pid_ns"}) {
    if (IdOf(own, one).empty()) return std::nullopt;
    if (IdOf(own, one) != IdOf(outer, one)) kind = one;
  }
  const std::vector<int> started = kind == nullptr ? ProcessesBelow(agent_pid) : std::vector<int>();
  bool are_all_known = true;
  for (const int pid : all) {
    if (::getpgid(pid) != group || pid == agent_pid) continue;
    const std::string place = kind == nullptr ? "" : IdOf(NamespacesOf(pid), kind);
    if (kind != nullptr && place.empty()) {
      are_all_known = false;
    } else if (kind == nullptr ? std::find(started.begin(), started.end(), pid) == started.end()
                               : place != IdOf(own, kind)) {
      shared.members.push_back(pid);
    }
  }
  if (shared.members.empty() && !are_all_known) return std::nullopt;
  return shared;
}

GroupWatch::GroupWatch(const std::vector<int>& outside) {
  for (const int pid : outside) ears_.push_back(SignalEar::At(pid, SIGURG));
}

void GroupWatch::Settle(AnswerSet& inside) {
  bool is_all_known = true;
  for (std::optional<SignalEar>& ear : ears_) {
    const std::optional<bool> heard = ear ? ear->Heard() : std::nullopt;
    is_all_known = is_all_known && heard;
    if (heard.value_or(false)) ++inside.counted.group_signals;
  }
  if (!is_all_known || inside.counted.group_signals != 0) return;
  for (auto& [position, answer] : inside.observations) {
    if (answer.probe != "inherit/signal_group" || answer.outcome != Outcome::kReached) continue;
    answer.outcome = Outcome::kDenied;
    answer.error = ears_.empty() ? ESRCH : EPERM;
    answer.call += ears_.empty() ? ", nobody outside is in the group" : ", nobody outside heard it";
  }
}

}  // namespace sandproof
