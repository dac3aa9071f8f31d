// Attempts: pidfd_getfd(2) of the descriptors of the process that started the payload and waits for
//   its end.
// Harmless: duplicates one descriptor, does nothing with it and closes it. Outside, that process is
//   one of this run.
// Tells apart: EPERM, the ptrace access check or a filter; ESRCH, the payload is pid 1 itself;
// EBADF,
//   allowed, but that process holds nothing above standard error.
// Source: pidfd_getfd(2). bwrap's monitor takes what is written to its eventfd for the payload's
// end.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/monitor.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation MonitorFd(const Request& /*request*/) {
  constexpr int kHighest = 31;
  const pid_t monitor = Monitor();
  const std::string operand = std::to_string(monitor);
  if (monitor == 0) return Denied("getppid", operand, ESRCH);
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, monitor, 0)));
  if (!pidfd) return Denied("pidfd_open", operand, errno);
  for (int fd = STDERR_FILENO + 1; fd <= kHighest; ++fd) {
    const UniqueFd taken(static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd.get(), fd, 0)));
    if (taken) return Reached("pidfd_getfd", operand + ", " + std::to_string(fd));
    if (errno != EBADF) return Denied("pidfd_getfd", operand, errno);
  }
  return Denied("pidfd_getfd", operand, EBADF);
}

}  // namespace sandproof::probes::pid
