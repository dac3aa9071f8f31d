// Attempts: stat(2) of /dev/pts, for the device of its file system.
// Harmless: reads.
// Tells apart: ENOENT, there is none inside. Each instance of devpts has a device of its own.
// Source: stat(2), Documentation/filesystems/devpts.rst.
#include <sys/stat.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::dev {

Observation PtsInstance(const Request& /*request*/) {
  struct stat status = {};
  if (::stat("/dev/pts", &status) != 0) return Denied("stat", "/dev/pts", errno);
  return Read("stat", "/dev/pts", {{"pts_instance", {DeviceName(status.st_dev)}}});
}

}  // namespace sandproof::probes::dev
