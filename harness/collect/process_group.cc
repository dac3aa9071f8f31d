#include "harness/collect/process_group.h"

#include <unistd.h>

#include <algorithm>
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

std::optional<int> GroupSharedOutside(int agent_pid, int guard_pid) {
  const pid_t group = ::getpgid(agent_pid);
  if (group <= 0 || ::getsid(agent_pid) != ::getsid(guard_pid)) return std::nullopt;
  // Whoever starts the launcher is in it: the guard, in his place.
  if (::getpgid(guard_pid) == group) return group;
  const auto inside = PlaceOf(agent_pid);
  if (inside.first.empty() || inside.second.empty()) return std::nullopt;
  // Without a namespace of its own nothing but what the payload started is inside.
  const bool is_apart = inside != PlaceOf(guard_pid);
  const std::vector<int> own = ProcessesBelow(agent_pid);
  const std::vector<int> all = ProcessesBelow(guard_pid);
  const bool is_any = std::any_of(all.begin(), all.end(), [&](int pid) {
    if (::getpgid(pid) != group || pid == agent_pid) return false;
    if (!is_apart) return std::find(own.begin(), own.end(), pid) == own.end();
    const auto place = PlaceOf(pid);
    return !place.first.empty() && place != inside;
  });
  return is_any ? std::optional<int>(group) : std::nullopt;
}

}  // namespace sandproof
