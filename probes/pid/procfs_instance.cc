// Attempts: readlink(2) of /proc/self, to be compared with getpid(2).
// Harmless: reads only.
// Tells apart: ENOENT of statfs, nothing is mounted there; a different number, or none, in a
// mounted
//   procfs: it belongs to another PID namespace.
// Source: proc(5) /proc/self, pid_namespaces(7) "/proc and PID namespaces".
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation ProcfsInstance(const Request& /*request*/) {
  struct statfs status = {};
  if (::statfs("/proc", &status) != 0) return Denied("statfs", "/proc", errno);
  if (status.f_type != PROC_SUPER_MAGIC) return Denied("statfs", "/proc", ENOENT);
  char link[32] = {};
  const ssize_t length = ::readlink("/proc/self", link, sizeof link - 1);
  const std::string self = length > 0 ? link : "nobody";
  const std::string own = std::to_string(::syscall(SYS_getpid));
  Facts facts = {{"self", {self}}, {"pid", {own}}, {"mismatch", {}}};
  if (self != own) facts["mismatch"].push_back("/proc/self is " + self + ", getpid() is " + own);
  return Read("readlink", "/proc/self", std::move(facts));
}

}  // namespace sandproof::probes::pid
