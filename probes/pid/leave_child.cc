// Attempts: to leave a child behind, as a service does that starts helpers.
// Harmless: the child waits for the end of the agent's input, 10 s at most, and is killed with all
//   the rest by the guard.
// Tells apart: fact "left", whether there is such a child. Who outlives the launcher is seen from
//   outside: the harness kills the launcher once all is answered, and adds the fact "survivors".
// Source: prctl(2) PR_SET_PDEATHSIG: it is not handed down to children.
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

namespace {

[[noreturn]] void Wait() {
  constexpr int kLongest = 10'000;
  ::prctl(PR_SET_PDEATHSIG, 0);
  // Nothing of ours may stay open: the harness waits for its end.
  ::syscall(SYS_close_range, 1U, ~0U, 0U);
  static_cast<void>(PollFor(STDIN_FILENO, POLLIN, kLongest));
  ::_exit(0);
}

}  // namespace

Observation LeaveChild(const Request& /*request*/) {
  const pid_t child = ::fork();
  if (child == 0) Wait();
  AskToStay();
  return Read("fork", "", {{"left", {child > 0 ? "yes" : "no"}}});
}

}  // namespace sandproof::probes::pid
