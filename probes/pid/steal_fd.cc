// Attempts: pidfd_getfd(2) of the decoy's file, and a read of its nonce.
// Harmless: duplicates and reads one descriptor of the decoy; the offset is not moved.
// Tells apart: ESRCH, not in this PID namespace; EPERM, the ptrace access check or a filter.
// Source: pidfd_getfd(2), pidfd_open(2).
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation StealFd(const Request& request) {
  const std::string operand = request.Param("pid") + ", " + request.Param("fd");
  const std::string& nonce = request.Param("nonce");
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  char bytes[64];
  if (decoy <= 1 || nonce.empty() || nonce.size() > sizeof bytes) {
    return SetupFailed("pidfd_getfd", operand, EINVAL);
  }
  if (const int error = LookForDecoy(decoy)) return Denied("getsid", request.Param("pid"), error);
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, decoy, 0)));
  if (!pidfd) return Denied("pidfd_open", request.Param("pid"), errno);
  const UniqueFd stolen(
      static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd.get(), request.Number("fd"), 0)));
  if (!stolen) return Denied("pidfd_getfd", operand, errno);
  const ssize_t got = ::pread(stolen.get(), bytes, nonce.size(), 0);
  return ReachedIf(got > 0 && nonce == std::string_view(bytes, static_cast<std::size_t>(got)),
                   "pidfd_getfd", operand);
}

}  // namespace sandproof::probes::pid
