// Attempts: semget(2) by the canary's key, and semctl(2) GETVAL of its value.
// Harmless: reads a semaphore of this run; operates on none, creates none.
// Tells apart: ENOENT, no such key in this IPC namespace; EACCES, it is there but modes hide it.
// Source: ipc_namespaces(7), semget(2).
#include <sys/sem.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::ipc {

Observation SysvSem(const Request& request) {
  constexpr int kPlantedValue = 7;
  const std::string& key = request.Param("key");
  if (key.empty()) return SetupFailed("semget", key, EINVAL);
  const int id = ::semget(static_cast<key_t>(request.Number("key")), 0, 0);
  if (id < 0) return Denied("semget", key, errno);
  const int value = ::semctl(id, 0, GETVAL);
  if (value < 0) return Denied("semctl", key, errno);
  return ReachedIf(value == kPlantedValue, "semctl", key);
}

}  // namespace sandproof::probes::ipc
