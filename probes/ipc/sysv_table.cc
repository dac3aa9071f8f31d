// Attempts: to find the canary segment by a walk through the table of System V segments, with
//   shmctl(2) SHM_STAT_ANY.
// Harmless: reads what ipcs(1) reads; needs neither the key nor /proc, and attaches nothing.
// Tells apart: ENOENT, it is not in the table of this IPC namespace.
// Source: shmctl(2) SHM_INFO, SHM_STAT_ANY (since Linux 4.17), ipc_namespaces(7).
#include <sys/ipc.h>
#include <sys/shm.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::ipc {

Observation SysvTable(const Request& request) {
  const auto key = static_cast<key_t>(request.Number("key"));
  shm_info info = {};
  const int highest = ::shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&info));
  if (highest < 0) return Denied("shmctl", "SHM_INFO", errno);
  int error = ENOENT;
  for (int index = 0; index <= highest; ++index) {
    shmid_ds segment = {};
    const int id = ::shmctl(index, SHM_STAT_ANY, &segment);
    if (id >= 0 && segment.shm_perm.__key == key) {
      return Reached("shmctl", "SHM_STAT_ANY, " + std::to_string(index));
    }
    // EINVAL is an empty place of the table.
    if (id < 0 && errno != EINVAL) error = errno;
  }
  return Denied("shmctl", "SHM_STAT_ANY", error);
}

}  // namespace sandproof::probes::ipc
