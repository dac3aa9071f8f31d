// The launcher as a whole: what becomes of the payload when the launcher ends.
#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Supervisor() {
  return {
      {.id = "supervisor.no_orphans_on_launcher_kill",
       .severity = Severity::kHigh,
       .claim = "Nothing of the sandbox outlives the launcher.",
       .why = "What runs on after a restart of the service holds its files, sockets and ports, and "
              "nobody watches it.",
       .probe = "pid/leave_child",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "survivors", .comparison = Comparison::kEmpty},
       .expect = {Expectation::kRequired, Expectation::kRequired, Expectation::kAny},
       .remedy = {{"bwrap",
                   "--die-with-parent together with --unshare-pid: the namespace ends with "
                   "its first process"},
                  {"command", "PR_SET_PDEATHSIG in a PID namespace, or kill the cgroup"}},
       .source = "prctl(2) PR_SET_PDEATHSIG, pid_namespaces(7), bubblewrap issue 529"},
  };
}

}  // namespace sandproof::catalogue
