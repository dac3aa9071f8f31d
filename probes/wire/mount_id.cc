#include "probes/wire/mount_id.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace sandproof {

unsigned long long MountIdOf(const std::string& path) {
  struct statx status = {};
  if (::statx(AT_FDCWD, path.c_str(), AT_NO_AUTOMOUNT, STATX_MNT_ID, &status) != 0) return 0;
  return (status.stx_mask & STATX_MNT_ID) != 0 ? status.stx_mnt_id : 0;
}

}  // namespace sandproof
