#include "harness/collect/host_facts.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <sstream>
#include <vector>

#include "harness/collect/namespaces.h"
#include "harness/process/child_processes.h"
#include "harness/text_file.h"
#include "probes/wire/start_record.h"
#include "suites/plan.h"

namespace sandproof {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostDescendants = 1000;

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// The session of a process, as the host numbers it; 0 when it has ended.
int SessionOf(int pid) { return static_cast<int>(std::max<pid_t>(::getsid(pid), 0)); }

void AddStatus(int pid, Facts& facts) {
  const std::string status = ReadTextFile(fmt::format("/proc/{}/status", pid));
  for (const char* name :
       {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"}) {
    if (auto words = StatusWords(status, name); !words.empty()) facts[name] = std::move(words);
  }
  const std::vector<std::string> uids = StatusWords(status, "Uid");
  const std::vector<std::string> gids = StatusWords(status, "Gid");
  if (uids.size() != 4 || gids.size() != 4) return;
  facts["uid"] = {uids[1]};
  facts["gid"] = {gids[1]};
  facts["groups"] = StatusWords(status, "Groups");
  std::vector<std::string>& roots = facts["root_ids"];
  std::vector<std::string>& root_groups = facts["root_groups"];
  constexpr const char* kWhich[] = {"real", "effective", "saved", "filesystem"};
  for (std::size_t i = 0; i < 4; ++i) {
    if (uids[i] == "0") roots.push_back(fmt::format("{} uid 0", kWhich[i]));
    if (gids[i] == "0") root_groups.push_back(fmt::format("{} gid 0", kWhich[i]));
  }
  const std::vector<std::string>& groups = facts["groups"];
  if (std::ranges::find(groups, "0") != groups.end()) {
    root_groups.emplace_back("supplementary gid 0");
  }
}

// The OOM killer's adjustment of a process; nullopt when it has ended.
std::optional<int> OomAdjustment(int pid) {
  const std::vector<std::string> words =
      Words(ReadTextFile(fmt::format("/proc/{}/oom_score_adj", pid)));
  if (words.size() != 1) return std::nullopt;
  return std::atoi(words.front().c_str());
}

void AddOom(int pid, int guard_pid, Facts& facts) {
  const std::optional<int> own = OomAdjustment(pid);
  const std::optional<int> outer = OomAdjustment(guard_pid);
  if (!own || !outer) return;
  facts["oom_spared"];
  if (*own <= *outer) facts["oom_spared"].push_back(fmt::format("{}, outside {}", *own, *outer));
}

void AddNice(int pid, int guard_pid, Facts& facts) {
  const int own = ::getpriority(PRIO_PROCESS, static_cast<id_t>(pid));
  const int outer = ::getpriority(PRIO_PROCESS, static_cast<id_t>(guard_pid));
  facts["nice_changed"];
  if (own != outer) facts["nice_changed"].push_back(fmt::format("{}, outside {}", own, outer));
}

// Maps of more ids than a container needs.
void AddIdMaps(int pid, Facts& facts) {
  constexpr unsigned long kMany = 65536;
  for (const char* map : {"uid_map", "gid_map"}) {
    const std::string path = fmt::format("/proc/{}/{}", pid, map);
    // One that nobody has written yet maps nobody.
    if (::access(path.c_str(), R_OK) != 0) return;
    const std::vector<std::string> words = Words(ReadTextFile(path));
    unsigned long count = 0;
    for (std::size_t i = 2; i < words.size(); i += 3) {
      count += std::strtoul(words[i].c_str(), nullptr, 10);
    }
    std::vector<std::string>& wide = facts["wide_maps"];
    if (count > kMany) wide.push_back(fmt::format("{} of {} ids", map, count));
  }
}

// Its number in its own PID namespace.
bool HasInnerPid(int pid, int inner_pid) {
  const std::string status = ReadTextFile(fmt::format("/proc/{}/status", pid));
  const std::vector<std::string> numbers = StatusWords(status, "NSpid");
  return !numbers.empty() && numbers.back() == std::to_string(inner_pid);
}

// The descendant without children whose own number is `inner_pid`.
std::optional<int> FindLeafOnce(int guard_pid, int inner_pid) {
  std::vector<int> queue = ChildrenOf(guard_pid);
  for (std::size_t at = 0; at < queue.size() && queue.size() < kMostDescendants; ++at) {
    const std::vector<int> children = ChildrenOf(queue[at]);
    queue.insert(queue.end(), children.begin(), children.end());
    if (!children.empty()) continue;
    if (HasInnerPid(queue[at], inner_pid)) return queue[at];
  }
  return std::nullopt;
}

unsigned ToUnsigned(const std::string& text) {
  unsigned number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::optional<int> FindAgent(int guard_pid, int inner_pid, std::chrono::milliseconds patience) {
  // One whose parent ends while we look moves up, to where we have looked already; and a list of
  // children lacks some while others of it end: proc(5). Neither takes them long.
  constexpr int kTriesAtOnce = 4;
  constexpr timespec kTick = {.tv_sec = 0, .tv_nsec = 1'000'000};
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::optional<int> found = FindLeafOnce(guard_pid, inner_pid);
  for (int i = 1; !found; ++i) {
    if (i >= kTriesAtOnce) {
      if (std::chrono::steady_clock::now() >= deadline) break;
      ::nanosleep(&kTick, nullptr);
    }
    found = FindLeafOnce(guard_pid, inner_pid);
  }
  return found;
}

std::vector<int> AllProcesses() {
  std::vector<int> all;
  std::error_code error;
  fs::directory_iterator entry("/proc", error);
  // Incremented by hand: what fails meanwhile ends the list, and is not thrown.
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const int pid = std::atoi(entry->path().filename().c_str());
    if (pid > 0) all.push_back(pid);
  }
  return all;
}

std::optional<int> FindAgentByInput(std::uint64_t input, int inner_pid) {
  if (input == 0) return std::nullopt;
  for (const int pid : AllProcesses()) {
    struct stat status = {};
    const bool is_ours = ::stat(fmt::format("/proc/{}/fd/0", pid).c_str(), &status) == 0 &&
                         S_ISFIFO(status.st_mode) && status.st_ino == input;
    if (is_ours && HasInnerPid(pid, inner_pid)) return pid;
  }
  return std::nullopt;
}

std::vector<int> ProcessesBelow(int root_pid) {
  std::vector<int> all = ChildrenOf(root_pid);
  for (std::size_t at = 0; at < all.size() && all.size() < kMostDescendants; ++at) {
    const std::vector<int> children = ChildrenOf(all[at]);
    all.insert(all.end(), children.begin(), children.end());
  }
  return all;
}

Observation ReadHostFacts(int pid, int guard_pid) {
  Observation observation;
  observation.probe = kHostProbe;
  observation.outcome = Outcome::kReached;
  observation.call = "read(/proc/PID)";
  observation.facts = NamespacesOf(pid);
  AddStatus(pid, observation.facts);
  std::vector<std::string>& shared = observation.facts["session_shared"];
  if (SessionOf(pid) == SessionOf(guard_pid)) shared.emplace_back("session of the launcher");
  AddOom(pid, guard_pid, observation.facts);
  AddNice(pid, guard_pid, observation.facts);
  AddIdMaps(pid, observation.facts);
  const std::string cgroup = ReadTextFile(fmt::format("/proc/{}/cgroup", pid));
  if (!cgroup.empty()) observation.facts["cgroup"] = Words(cgroup);
  return observation;
}

std::optional<RunAs> IdentityOf(const Observation& host_facts) {
  const std::string* uid = host_facts.Fact("uid");
  const std::string* gid = host_facts.Fact("gid");
  if (uid == nullptr || gid == nullptr) return std::nullopt;
  RunAs identity{.uid = ToUnsigned(*uid), .gid = ToUnsigned(*gid)};
  for (const std::string& group : host_facts.facts.at("groups")) {
    identity.groups.push_back(ToUnsigned(group));
  }
  std::sort(identity.groups.begin(), identity.groups.end());
  return identity;
}

RunAs OwnIdentity() {
  RunAs identity{.uid = ::geteuid(), .gid = ::getegid()};
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  if (!groups.empty())
    static_cast<void>(::getgroups(static_cast<int>(groups.size()), groups.data()));
  identity.groups.assign(groups.begin(), groups.end());
  std::sort(identity.groups.begin(), identity.groups.end());
  return identity;
}

}  // namespace sandproof
