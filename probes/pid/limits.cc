// Attempts: prlimit(2) of the decoy's RLIMIT_NOFILE, setpriority(2) of its nice value and
//   sched_setaffinity(2) of its processors, each to the value that it has.
// Harmless: every value stays what it was, and only the decoy is addressed: a namesake is told
//   apart first.
// Tells apart: ESRCH, not in this PID namespace; EPERM or EACCES, another uid or a filter.
// Source: prlimit(2), setpriority(2), sched_setaffinity(2) ERRORS.
#include <sched.h>
#include <sys/resource.h>

#include <cerrno>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

namespace {

bool SetsPriority(pid_t decoy) {
  const auto who = static_cast<id_t>(decoy);
  errno = 0;
  const int nice = ::getpriority(PRIO_PROCESS, who);
  return errno == 0 && ::setpriority(PRIO_PROCESS, who, nice) == 0;
}

bool SetsAffinity(pid_t decoy) {
  cpu_set_t processors;
  return ::sched_getaffinity(decoy, sizeof processors, &processors) == 0 &&
         ::sched_setaffinity(decoy, sizeof processors, &processors) == 0;
}

}  // namespace

Observation Limits(const Request& request) {
  const std::string& operand = request.Param("pid");
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  if (decoy <= 1) return SetupFailed("prlimit", operand, EINVAL);
  if (const int error = LookForDecoy(decoy)) return Denied("getsid", operand, error);
  rlimit limit = {};
  const bool is_read = ::prlimit(decoy, RLIMIT_NOFILE, nullptr, &limit) == 0;
  if (is_read && ::prlimit(decoy, RLIMIT_NOFILE, &limit, nullptr) == 0) {
    return Reached("prlimit", operand + ", RLIMIT_NOFILE");
  }
  const int error = errno;
  if (SetsPriority(decoy)) return Reached("setpriority", operand);
  if (SetsAffinity(decoy)) return Reached("sched_setaffinity", operand);
  return Denied("prlimit", operand + ", RLIMIT_NOFILE", error);
}

}  // namespace sandproof::probes::pid
