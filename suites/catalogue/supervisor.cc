// The launcher as a whole: what becomes of the payload when the launcher ends, and what the one
// who started it does about its end.
#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

namespace {

constexpr std::string_view kProbe = "supervise/experiment";

// What is wrong is listed, so nothing listed holds. The control is the same system, undisturbed.
FactRule NothingWrong() { return {.fact = "wrong", .comparison = Comparison::kEmpty}; }

// What a supervisor does when one of its children dies.
std::vector<Property> OnDeath() {
  return {
      {.id = "supervisor.crash_noticed_in_time",
       .severity = Severity::kHigh,
       .claim = "When a child dies, the supervisor ends, or starts it again, within the limit.",
       .why = "Half an application runs on, and whoever would restart it does not know.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bash: `wait -n` instead of `wait`, then end the rest and exit; Python: "
                   "os.wait() instead of Popen.wait() one by one"},
                  {"command", "wait for the first child that ends, not for all"}},
       .source = "bash(1) \"wait -n\", waitpid(2) with -1"},
      {.id = "supervisor.exit_code_propagated",
       .severity = Severity::kHigh,
       .claim = "The supervisor's own status tells that a child died.",
       .why = "Exit 0 is success: a container runtime with restart on failure lets it lie.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bash: `wait -n || status=$?; exit $((status ? status : 1))`; `wait` without "
                   "operands gives 0"},
                  {"command", "exit with the child's status, or 1 where that was 0"}},
       .source = "bash(1) \"wait\": without operands the status is zero"},
      {.id = "supervisor.sibling_torn_down",
       .severity = Severity::kHigh,
       .claim = "When a child dies, the others are gone within the limit.",
       .why = "What runs on keeps ports, sockets and locks, so the next start fails or talks to "
              "an old peer.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bash: `trap 'kill $(jobs -p)' EXIT`, and `wait`; bwrap: --die-with-parent with "
                   "--unshare-pid, so that the sandbox ends with its bwrap"},
                  {"command", "end every child before exiting, and wait for it"}},
       .source = "bash(1) \"trap\" EXIT, bwrap(1) --die-with-parent"},
      {.id = "supervisor.nothing_left_behind",
       .severity = Severity::kMedium,
       .claim = "The supervisor's end leaves no process, zombie, socket file or mount behind.",
       .why =
           "Leftovers gather with every restart, and a stale socket or mount stops the next one.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "wait for every child after ending it, remove the socket files that a killed "
                   "service left, unmount; as a container's first process: tini -g"},
                  {"command", "wait for all children; remove sockets and mounts at the end"}},
       .source = "unix(7): a socket's file stays until it is unlinked"},
      {.id = "supervisor.restarts_at_once",
       .severity = Severity::kMedium,
       .claim = "Right after a crash the system starts again.",
       .why = "A stale socket or a port that is still bound makes one crash a crash loop.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "unlink a socket file that nobody listens on before bind(2), or bind another "
                   "name and rename it; SO_REUSEADDR for TCP"},
                  {"command", "remove what a crash left before the start"}},
       .source = "bind(2) EADDRINUSE, socket(7) SO_REUSEADDR"},
      {.id = "supervisor.restart_policy",
       .severity = Severity::kMedium,
       .claim = "A child that died is started again within the limit, where that is declared.",
       .why = "A service that is meant to come back does not, while everything looks alive.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor", "start the child again in the loop that waits for it"},
                  {"command", "start the child again when it ends"}},
       .source = "the configuration: \"restart\": true"},
      {.id = "supervisor.logs_of_dead_child_kept",
       .severity = Severity::kLow,
       .claim = "The last words of a child that dies are in the output or in a file.",
       .why = "Without them nobody learns why it died.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "let the reader of the child's output read to its end before exiting: `wait` "
                   "for it; no >/dev/null"},
                  {"command", "read the child's output to its end"}},
       .source = "pipe(7)"},
      {.id = "supervisor.no_orphans_after_main_exit",
       .severity = Severity::kMedium,
       .claim = "A service that leaves a process in the background ends with it, and is noticed.",
       .why = "bwrap returns when its command does, while what that left runs on in the sandbox.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bwrap: --die-with-parent with --unshare-pid: the namespace ends with its "
                   "bwrap"},
                  {"command", "kill the whole PID namespace or cgroup when the command ends"}},
       .source = "bwrap(1) --die-with-parent, pid_namespaces(7)"},
      {.id = "supervisor.setup_failure_is_fatal",
       .severity = Severity::kHigh,
       .claim = "A sandbox that cannot be set up fails the whole start.",
       .why = "The application runs half, or without the sandbox that was to confine it.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bash: `wait -n` over all sandboxes from the first start on; no `|| true`, no "
                   "fallback without the sandbox"},
                  {"command", "treat a launcher that ends early as the end of the whole"}},
       .source = "bwrap(1) EXIT STATUS"},
      {.id = "supervisor.start_order",
       .severity = Severity::kLow,
       .claim = "A service that is slow to start delays the start, and breaks nothing.",
       .why = "Services that race for each other crash at every start on a busy machine.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kRequiredIfStrict,
       .remedy = {{"supervisor",
                   "wait for the first service's socket before the second is started, or let the "
                   "second try again"},
                  {"command", "wait for readiness instead of racing"}},
       .source = "connect(2) ECONNREFUSED, ENOENT"},
  };
}

// What a supervisor does when it is told to end.
std::vector<Property> OnSignal() {
  return {
      {.id = "supervisor.ends_on_signal",
       .severity = Severity::kHigh,
       .claim = "Told to end, the supervisor ends within the limit, and everything with it.",
       .why = "A stop that hangs ends in SIGKILL and lost data; what survives it blocks the next "
              "start.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bash: `trap 'kill $(jobs -p); wait; exit' TERM INT HUP`, children started with "
                   "`&` and `wait`, which a trap interrupts; as pid 1 of a container: tini or "
                   "dumb-init before it"},
                  {"command", "handle SIGTERM, SIGINT and SIGHUP: end the children, wait, exit"}},
       .source = "bash(1) SIGNALS, pid_namespaces(7): an init without a handler gets no signal"},
      {.id = "supervisor.no_orphans_on_supervisor_kill",
       .severity = Severity::kHigh,
       .claim = "When the supervisor is killed by SIGKILL, nothing of the system survives.",
       .why = "The out-of-memory killer and `kill -9` leave sandboxes that nobody watches.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bwrap: --die-with-parent together with --unshare-pid, for every sandbox; "
                   "helpers that read a pipe end with it"},
                  {"command", "PR_SET_PDEATHSIG for every child, or a PID namespace around all"}},
       .source = "prctl(2) PR_SET_PDEATHSIG"},
      {.id = "supervisor.unresponsive_child_ended",
       .severity = Severity::kHigh,
       .claim = "A service that does not react to SIGTERM is ended all the same.",
       .why = "One hung service keeps the whole from stopping.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "after a grace period, SIGKILL to each bwrap (with --die-with-parent the "
                   "sandbox ends with it)"},
                  {"command", "after a grace period, SIGKILL"}},
       .source = "signal(7)"},
      {.id = "supervisor.term_forwarded",
       .severity = Severity::kMedium,
       .claim = "SIGTERM to the supervisor reaches every service as SIGTERM.",
       .why = "A service that is killed at once cannot finish a request or close its files.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bwrap forwards no signal: send SIGTERM to the service itself, the child of "
                   "bwrap's child; or run it under --as-pid-1 with an init that forwards"},
                  {"command", "send SIGTERM to each service"}},
       .source = "bubblewrap issue 369, kill(2)"},
      {.id = "supervisor.term_grace",
       .severity = Severity::kMedium,
       .claim = "Between SIGTERM and SIGKILL a service has the declared time.",
       .why = "Without it a service cannot finish what it has begun.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor", "wait for the service between SIGTERM and SIGKILL, with a limit"},
                  {"command", "wait between SIGTERM and SIGKILL"}},
       .source = "the configuration: \"on_signal\": {\"grace_s\"}"},
  };
}

// What holds while the system runs, and of its launchers.
std::vector<Property> Standing() {
  return {
      {.id = "supervisor.signal_group_isolated",
       .severity = Severity::kHigh,
       .claim = "kill(0, …) in one service reaches neither the supervisor nor another service.",
       .why =
           "A service stops or kills its supervisor and its siblings, whatever its PID namespace.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bwrap: --new-session; bash: `set -m` before each `&` gives it a process group "
                   "of its own"},
                  {"command", "setsid(2) or setpgid(2) for each child"}},
       .source = "kill(2): pid 0 is the caller's process group, in every PID namespace"},
      {.id = "supervisor.zombies_reaped",
       .severity = Severity::kMedium,
       .claim = "An orphan that ends in a sandbox is reaped.",
       .why = "Zombies fill the process table of the sandbox until nothing can be started.",
       .probe = kProbe,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"supervisor",
                   "bwrap: no --as-pid-1 for a program that reaps nothing (bwrap's own init does), "
                   "or tini before it"},
                  {"command", "an init that reaps as the first process of the namespace"}},
       .source = "pid_namespaces(7), wait(2)"},
      {.id = "supervisor.exit_status_mapping",
       .severity = Severity::kMedium,
       .claim = "The launcher tells how its payload ended: no failure comes out as success.",
       .why = "Whoever restarts on failure is told that nothing failed.",
       .probe = "supervise/exit_codes",
       .control = ControlAs::kNothing,
       .fact = NothingWrong(),
       .expect = kAlwaysRequired,
       .remedy = {{"bwrap",
                   "nothing after bwrap in a pipeline without `set -o pipefail`; --json-status-fd "
                   "tells a failed set-up from exit 1"},
                  {"supervisor", "exec the launcher, or hand its status on"},
                  {"command", "hand the payload's status on"}},
       .source = "bwrap(1) EXIT STATUS, bash(1): 128+N for signal N"},
  };
}

Property OrphansOfALauncher() {
  return {.id = "supervisor.no_orphans_on_launcher_kill",
          .severity = Severity::kHigh,
          .claim = "Nothing of the sandbox outlives the launcher.",
          .why =
              "What runs on after a restart of the service holds its files, sockets and ports, "
              "and nobody watches it.",
          .probe = "pid/leave_child",
          .control = ControlAs::kNothing,
          .fact = FactRule{.fact = "survivors", .comparison = Comparison::kEmpty},
          .expect = kRequiredUnlessAgent,
          .remedy = {{"bwrap",
                      "--die-with-parent together with --unshare-pid: the namespace ends with "
                      "its first process"},
                     {"command", "PR_SET_PDEATHSIG in a PID namespace, or kill the cgroup"}},
          .source = "prctl(2) PR_SET_PDEATHSIG, pid_namespaces(7), bubblewrap issue 529"};
}

}  // namespace

std::vector<Property> Supervisor() {
  std::vector<Property> all = {OrphansOfALauncher()};
  for (const std::vector<Property>& some : {OnDeath(), OnSignal(), Standing()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace sandproof::catalogue
