#include "harness/collect/process_group.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "harness/collect/host_facts.h"
#include "harness/collect/namespaces.h"

namespace sandproof {

namespace {

// Its mount and PID namespaces.
std::pair<std::string, std::string> PlaceOf(int pid) {
  const Facts facts = NamespacesOf(pid);
  const auto id = [&](const char* name) {
    const auto found = facts.find(name);
    return found == facts.end() ? std::string() : found->second.front();
  };
  return {id("mnt_ns"), id("pid_ns")};
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
  const auto inside = PlaceOf(agent_pid);
  const bool is_known = !inside.first.empty() && !inside.second.empty();
  if (!is_known || std::find(all.begin(), all.end(), agent_pid) == all.end()) return std::nullopt;
  // Without a namespace of its own nothing but what the payload started is inside.
  const bool is_apart = inside != PlaceOf(guard_pid);
  const std::vector<int> own = ProcessesBelow(agent_pid);
  bool are_all_known = true;
  for (const int pid : all) {
    if (::getpgid(pid) != group || pid == agent_pid) continue;
    const bool is_own = std::find(own.begin(), own.end(), pid) != own.end();
    const auto place = is_apart ? PlaceOf(pid) : inside;
    if (place.first.empty() || place.second.empty()) {
      are_all_known = false;
    } else if (is_apart ? place != inside : !is_own) {
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
