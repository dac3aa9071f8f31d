// Attempts: kcmp(2) of our memory with the decoy's.
// Harmless: compares two addresses within the kernel.
// Tells apart: ESRCH, not in this PID namespace; EPERM, the ptrace access check or a filter;
//   ENOSYS, the kernel has no such call, or a filter if the control got through.
// Source: kcmp(2).
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation CompareWithDecoy(const Request& request) {
  const std::string& operand = request.Param("pid");
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  if (decoy <= 1) return SetupFailed("kcmp", operand, EINVAL);
  if (const int error = LookForDecoy(decoy)) return Denied("getsid", operand, error);
  const long order = ::syscall(SYS_kcmp, ::getpid(), decoy, KCMP_VM, 0, 0);
  if (order < 0) return Denied("kcmp", operand + ", KCMP_VM", errno);
  return ReachedIf(order != 0, "kcmp", operand + ", KCMP_VM");  // 0: the same memory, so no decoy
}

}  // namespace sandproof::probes::pid
