// Attempts: kill(2) of process group 0, our own, with SIGURG; the launch's guard outside, which
//   leads the launch's group, counts, or who is listened at in a group of the launcher's own.
// Harmless: the default action of SIGURG is to ignore it, and the harness gave the launch a session
//   and group of its own.
// Tells apart: ESRCH, the leader of our group is inside: pid 1 or the payload itself, so that
//   nobody outside is in it; success, somebody else leads it, and the count says who was reached.
// Source: kill(2), setpgid(2), setsid(2). A group crosses PID namespaces: getpgrp() is then 0.
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

Observation SignalGroup(const Request& request) {
  const pid_t agent = ::getppid();  // of this worker
  const pid_t group = ::getpgrp();
  return InQuickChild(request, [&]() -> Observation {
    ::signal(SIGURG, SIG_IGN);
    // Sent even when the leader is inside: the guard's counter must have the last word.
    if (::kill(0, SIGURG) != 0) return Denied("kill", "0, SIGURG", errno);
    const bool is_led_inside = group == 1 || group == agent || group == ::getppid();
    return is_led_inside ? Denied("kill", "0, SIGURG, led by " + std::to_string(group), ESRCH)
                         : Reached("kill", "0, SIGURG");
  });
}

}  // namespace sandproof::probes::inherit
