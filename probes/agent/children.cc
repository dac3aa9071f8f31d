#include "probes/agent/children.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <csignal>
#include <ctime>

#include "probes/agent/identity.h"

namespace sandproof::probes {

bool HasChildren() {
  siginfo_t info = {};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

int EndChildren() {
  int killed = 0;
  while (HasChildren()) {
    for (const pid_t child : Children()) killed += ::kill(child, SIGKILL) == 0 ? 1 : 0;
    // A child that we may not signal (a set-uid launcher) must end by itself; its death signal
    // (PDEATHSIG) or its closed pipes see to that. Waiting for it here would keep us for ever.
    const timespec tick = {.tv_sec = 0, .tv_nsec = 20'000'000};
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    ::sigtimedwait(&child_ended, nullptr, &tick);
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (killed > 10'000) break;
  }
  return killed;
}

}  // namespace sandproof::probes
