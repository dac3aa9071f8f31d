#include "probes/agent/children.h"

#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <string>

#include "probes/agent/identity.h"

namespace sandproof::probes {

namespace {

// Until one of them has ended, and at most 20 ms.
void ReapForAMoment() {
  const timespec tick = {.tv_sec = 0, .tv_nsec = 20'000'000};
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  ::sigtimedwait(&child_ended, nullptr, &tick);
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

bool KillAsItsUser(pid_t process) {
  const pid_t helper = ::fork();
  if (helper == 0) {
    struct stat status = {};
    const std::string path = "/proc/" + std::to_string(process);
    const bool is_user = ::stat(path.c_str(), &status) == 0 &&
                         ::setresuid(status.st_uid, status.st_uid, status.st_uid) == 0;
    ::_exit(is_user && ::kill(process, SIGKILL) == 0 ? 0 : 1);
  }
  int ended = 1;
  return helper > 0 && ::waitpid(helper, &ended, 0) == helper && ended == 0;
}

}  // namespace

bool Kill(pid_t process) {
  if (::kill(process, SIGKILL) == 0) return true;
  return errno == EPERM && ::geteuid() == 0 && KillAsItsUser(process);
}

bool HasChildren() {
  siginfo_t info = {};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

int EndChildren() {
  constexpr int kMost = 10'000;
  constexpr int kVainTurns = 250;  // of 20 ms
  int killed = 0;
  for (int vain = 0; HasChildren() && killed <= kMost && vain < kVainTurns;) {
    const int before = killed;
    for (const pid_t child : Children()) killed += Kill(child) ? 1 : 0;
    // A child that we may not signal (a set-uid launcher) must end by itself; its closed pipes see
    // to that, or its death signal (PDEATHSIG) once we end: waiting for it would keep us for ever.
    ReapForAMoment();
    vain = killed == before ? vain + 1 : 0;
  }
  return killed;
}

void AwaitChildren(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (HasChildren() && std::chrono::steady_clock::now() < deadline) ReapForAMoment();
}

}  // namespace sandproof::probes
