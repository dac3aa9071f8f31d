// Attempts: faccessat(2) W_OK of /proc/PID/exe, and statfs(2) of the mount that it leads to, for
// pid 1
//   and for the process that started the payload.
// Harmless: neither changes anything. open(O_WRONLY) is no evidence: a running program answers
//   ETXTBSY on a read-only mount too.
// Tells apart: EROFS, the mount is read-only; EACCES, modes or the ptrace access check; ENOENT, no
//   procfs.
// Source: proc_pid_exe(5), CVE-2019-5736 (a runtime overwritten through /proc/self/exe).
// Why: outside, pid 1 is not of this run and may be refused even to root; the guard, which starts
// the
//   launcher, is what shows there that the probe works.
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/monitor.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

namespace {

Observation TryExe(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/exe";
  // By the effective ids: that is what a write would be judged by.
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) {
    return Denied("faccessat", path + ", W_OK", errno);
  }
  struct statvfs status = {};
  if (::statvfs(path.c_str(), &status) != 0) return Denied("statfs", path, errno);
  if ((status.f_flag & ST_RDONLY) != 0) return Denied("statfs", path, EROFS);
  return Reached("faccessat", path + ", W_OK");
}

}  // namespace

Observation InitExe(const Request& /*request*/) {
  Observation init = TryExe(1);
  const pid_t monitor = Monitor();
  if (init.outcome == Outcome::kReached || monitor <= 1) return init;
  Observation starter = TryExe(monitor);
  return starter.outcome == Outcome::kReached ? starter : init;
}

}  // namespace sandproof::probes::pid
