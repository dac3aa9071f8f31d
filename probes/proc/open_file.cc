// Attempts: open(2) of "path", or of each of "paths" until one opens; for reading, or with "how" =
//   write for writing.
// Harmless: nothing is read (reading /proc/kmsg consumes it) and nothing is written: the open of a
//   kernel setting changes nothing.
// Tells apart: EROFS, a read-only mount; EACCES, modes, which for sysctls no capability overrides;
//   EPERM, a missing capability; ENOENT, absent; ENODATA, what opened is not in procfs or sysfs:
//   the file is covered.
// Source: proc(5), Documentation/admin-guide/sysctl/; test_perm() in fs/proc/proc_sysctl.c.
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::proc {

namespace {

bool IsCovered(const std::string& path) {
  struct statfs status = {};
  if (::statfs(path.c_str(), &status) != 0) return false;  // open says why
  return status.f_type != PROC_SUPER_MAGIC && status.f_type != SYSFS_MAGIC;
}

Observation Open(const std::string& path, int access) {
  // Looked at before it is opened: what covers it may be anything.
  if (IsCovered(path)) return Denied("statfs", path + ": covered", ENODATA);
  const UniqueFd fd(::open(path.c_str(), access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return fd ? Reached("open", path) : Denied("open", path, errno);
}

}  // namespace

Observation OpenFile(const Request& request) {
  const int access = request.Param("how") == "write" ? O_WRONLY : O_RDONLY;
  Observation last = SetupFailed("open", "no path", EINVAL);
  for (const std::string& path : PathsOf(request)) {
    Observation now = Open(path, access);
    if (now.outcome == Outcome::kReached) return now;
    // A refusal says more than an absence.
    if (last.outcome != Outcome::kDenied || last.error == ENOENT) last = std::move(now);
  }
  return last;
}

}  // namespace sandproof::probes::proc
