// Attempts: shmctl(2) SHM_INFO: how many System V segments the IPC namespace has.
// Harmless: reads a count; needs neither a key nor /proc.
// Tells apart: ENOENT, there is none.
// Source: shmctl(2) SHM_INFO, ipc_namespaces(7).
#include <sys/ipc.h>
#include <sys/shm.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::ipc {

Observation SysvCount(const Request& /*request*/) {
  shm_info info = {};
  if (::shmctl(0, SHM_INFO, reinterpret_cast<shmid_ds*>(&info)) < 0) {
    return Denied("shmctl", "SHM_INFO", errno);
  }
  if (info.used_ids <= 0) return Denied("shmctl", "SHM_INFO", ENOENT);
  return Read("shmctl", "SHM_INFO", {{"segments", {std::to_string(info.used_ids)}}});
}

}  // namespace sandproof::probes::ipc
