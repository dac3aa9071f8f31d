// Attempts: stat(2) of "/".
// Harmless: reads metadata.
// Tells apart: nothing: facts "root" (device:inode) and "mount" (the mount's id) for the harness
//   to compare with the same outside.
// Source: stat(2), statx(2) STATX_MNT_ID.
#include <sys/stat.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"
#include "probes/wire/mount_id.h"

namespace sandproof::probes::fs {

Observation RootIdentity(const Request&) {
  struct stat status = {};
  if (::stat("/", &status) != 0) return Denied("stat", "/", errno);
  return Read("stat", "/",
              {{"root", {DeviceName(status.st_dev) + ":" + std::to_string(status.st_ino)}},
               {"mount", {std::to_string(MountIdOf("/"))}}});
}

}  // namespace sandproof::probes::fs
