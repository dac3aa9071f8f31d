// Attempts: open(2) of /dev/tty.
// Harmless: neither reads nor writes, and takes no terminal over (O_NOCTTY).
// Tells apart: ENXIO, no controlling terminal; ENOENT, no such node; EACCES and EPERM, modes or an
//   LSM.
// Source: tty(4), setsid(2).
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

Observation ControllingTty(const Request& /*request*/) {
  const UniqueFd fd(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return fd ? Reached("open", "/dev/tty") : Denied("open", "/dev/tty", errno);
}

}  // namespace sandproof::probes::inherit
