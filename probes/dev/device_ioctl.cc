// Attempts: ioctl(2) RNDGETENTCNT of /dev/urandom, which its driver answers to everybody.
// Harmless: reads a number that is 256 on every kernel since 5.18.
// Tells apart: EACCES, a Landlock domain without LANDLOCK_ACCESS_FS_IOCTL_DEV; EPERM, ENOSYS, a
//   filter; ENODATA, the device cannot be opened.
// Source: random(4), landlock(7) ABI 5. Landlock lets through what concerns the descriptor alone
//   (FIONBIO), and descriptors that were opened before.
#include <fcntl.h>
#include <linux/random.h>
#include <sys/ioctl.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::dev {

Observation DeviceIoctl(const Request& /*request*/) {
  const char* const device = "/dev/urandom";
  const UniqueFd fd(::open(device, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return Denied("open", device, ENODATA);
  int bits = 0;
  return ::ioctl(fd.get(), RNDGETENTCNT, &bits) == 0
             ? Reached("ioctl", "/dev/urandom, RNDGETENTCNT")
             : Denied("ioctl", "/dev/urandom, RNDGETENTCNT", errno);
}

}  // namespace sandproof::probes::dev
