// Attempts: ioctl(2) TIOCSTI of one '#' into the controlling terminal, by standard input or by
//   /dev/tty; the harness counts the characters that wait there.
// Harmless: the terminal is the harness's own, and nobody reads it as commands. Where the parameter
//   `device` names it (st_rdev), another terminal is left alone.
// Tells apart: ENXIO, no controlling terminal; ENOENT, no /dev/tty; EIO, the kernel has the call
//   switched off; EPERM, not our terminal, or a filter; ENOTTY, a filter or an emulation.
// Source: TIOCSTI(2const), proc_sys_dev_tty legacy_tiocsti, CVE-2017-5226.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

namespace {

Observation Push(int fd, const std::string& name, long device) {
  unsigned int own = 0;  // of the terminal itself, also when it was opened as /dev/tty
  if (device >= 0 && ::ioctl(fd, TIOCGDEV, &own) == 0 && static_cast<long>(own) != device) {
    return SetupFailed("TIOCSTI", name + ", not the harness's", EXDEV);
  }
  const char pushed = '#';
  if (::ioctl(fd, TIOCSTI, &pushed) != 0) return Denied("TIOCSTI", name, errno);
  return Reached("TIOCSTI", name);
}

}  // namespace

Observation PushInput(const Request& request) {
  return InChild(request, [&]() -> Observation {
    const long device = request.Number("device");
    const UniqueFd tty(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    const int error = errno;
    if (tty) return Push(tty.get(), "/dev/tty", device);
    if (::isatty(STDIN_FILENO) == 1) return Push(STDIN_FILENO, "standard input", device);
    return Denied("open", "/dev/tty", error);
  });
}

}  // namespace sandproof::probes::inherit
