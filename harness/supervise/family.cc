#include "harness/supervise/family.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "harness/process/child_processes.h"
#include "harness/text_file.h"

namespace sandproof {

namespace {

constexpr std::size_t kMostBytes = 16384;  // of a command line that is looked at
constexpr std::size_t kMostProcesses = 4096;

std::vector<std::string> CommandLineOf(pid_t pid) {
  const std::string text = ReadOnce(fmt::format("/proc/{}/cmdline", pid), kMostBytes);
  std::vector<std::string> argv;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    argv.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return argv;
}

// The fields of /proc/PID/stat from the third on: the second may hold blanks and brackets.
std::vector<std::string> StatFields(const std::string& stat) {
  const std::size_t name_end = stat.rfind(')');
  std::vector<std::string> fields;
  for (std::size_t at = name_end + 2; name_end != std::string::npos && at < stat.size();) {
    const std::size_t end = std::min(stat.find(' ', at), stat.size());
    fields.push_back(stat.substr(at, end - at));
    at = end + 1;
  }
  return fields;
}

}  // namespace

std::string ProcessFacts::Describe() const {
  constexpr std::size_t kShown = 60;
  std::string text = Joined(argv);
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  if (text.empty()) text = IsZombie() ? "a zombie" : "a process";
  return fmt::format("{} (pid {})", text, pid);
}

std::optional<ProcessFacts> FactsOf(pid_t pid) {
  const std::vector<std::string> fields =
      StatFields(ReadTextFile(fmt::format("/proc/{}/stat", pid)));
  constexpr std::size_t kStart = 19;        // field 22
  constexpr std::size_t kArgumentsAt = 45;  // field 48
  if (fields.size() <= kStart) return std::nullopt;
  return ProcessFacts{.pid = pid,
                      .parent = std::atoi(fields[1].c_str()),
                      .group = std::atoi(fields[2].c_str()),
                      .state = fields[0].front(),
                      .start = std::strtoull(fields[kStart].c_str(), nullptr, 10),
                      .argv = CommandLineOf(pid),
                      .argv_at = fields.size() > kArgumentsAt
                                     ? std::strtoull(fields[kArgumentsAt].c_str(), nullptr, 10)
                                     : 0};
}

std::vector<ProcessFacts> DescendantsOf(pid_t root) {
  std::vector<ProcessFacts> found;
  std::vector<pid_t> queue = ChildrenOf(root);
  for (std::size_t next = 0; next < queue.size() && next < kMostProcesses; ++next) {
    std::optional<ProcessFacts> facts = FactsOf(queue[next]);
    if (!facts) continue;
    found.push_back(*std::move(facts));
    const std::vector<pid_t> children = ChildrenOf(queue[next]);
    queue.insert(queue.end(), children.begin(), children.end());
  }
  return found;
}

std::string Joined(const std::vector<std::string>& argv) {
  std::string text;
  for (const std::string& word : argv) text += (text.empty() ? "" : " ") + word;
  return text;
}

UniqueFd HoldOn(const ProcessFacts& process) {
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  const std::optional<ProcessFacts> now = fd ? FactsOf(process.pid) : std::nullopt;
  // The number may have become another's before it was held.
  if (!now || !now->IsSame(process)) return UniqueFd();
  return fd;
}

int SendSignal(const UniqueFd& process, int signal) {
  if (!process) return ESRCH;
  return ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) == 0 ? 0 : errno;
}

}  // namespace sandproof
