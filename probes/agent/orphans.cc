#include "probes/agent/orphans.h"

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "probes/agent/children.h"
#include "probes/agent/identity.h"
#include "probes/agent/probe.h"

namespace sandproof::probes {

namespace {

// "PID (NAME) STATE PPID PGRP SESSION TTY TPGID FLAGS", proc_pid_stat(5).
bool IsExiting(const std::string& stat) {
  constexpr unsigned long kExiting = 0x4;  // PF_EXITING
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= stat.size()) return true;  // gone meanwhile
  const char state = stat[name_end + 2];
  if (state == 'Z' || state == 'X') return true;
  std::size_t at = name_end + 1;
  for (int field = 3; field < 9 && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
  return at != std::string::npos && (std::strtoul(stat.c_str() + at, nullptr, 10) & kExiting) != 0;
}

bool HasKillPending(const std::string& status) {
  constexpr unsigned long long kKill = 1ULL << (SIGKILL - 1);
  for (const char* field : {"\nSigPnd:", "\nShdPnd:"}) {
    const std::size_t at = status.find(field);
    if (at == std::string::npos) continue;
    if ((std::strtoull(status.c_str() + at + 8, nullptr, 16) & kKill) != 0) return true;
  }
  return false;
}

bool IsEnding(pid_t pid) {
  const std::string directory = "/proc/" + std::to_string(pid);
  return IsExiting(ReadFileAt(directory + "/stat")) ||
         HasKillPending(ReadFileAt(directory + "/status"));
}

}  // namespace

int CountOrphans(pid_t launcher) {
  constexpr int kMostTicks = 500;
  constexpr timespec kTick = {.tv_sec = 0, .tv_nsec = 1'000'000};
  if (launcher > 0 && !Kill(launcher)) return -1;
  while (launcher > 0 && ::waitpid(launcher, nullptr, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  for (int tick = 0; tick < kMostTicks; ++tick) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    const std::vector<pid_t> left = Children();
    if (std::none_of(left.begin(), left.end(), IsEnding)) return static_cast<int>(left.size());
    ::sigtimedwait(&child_ended, nullptr, &kTick);
  }
  return -1;
}

}  // namespace sandproof::probes
