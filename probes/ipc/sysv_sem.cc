// Attempts: semget(2) by the canary's key, and semctl(2) GETVAL of its value.
// Harmless: reads a semaphore of this run; operates on none, creates none.
// Tells apart: ENOENT, no such key in this IPC namespace; EACCES, it is there but modes hide it,
//   or a filter where every key gets it.
// Source: ipc_namespaces(7), semget(2).
#include <sys/sem.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/ipc/unreadable.h"

namespace sandproof::probes::ipc {

Observation SysvSem(const Request& request) {
  constexpr int kPlantedValue = 7;
  const std::string& text = request.Param("key");
  if (text.empty()) return SetupFailed("semget", text, EINVAL);
  const auto key = static_cast<key_t>(request.Number("key"));
  const int id = ::semget(key, 0, 0);
  if (id < 0) {
    return NotGot("semget", text, errno, [key] { return ::semget(OtherKey(key), 0, 0); });
  }
  const int value = ::semctl(id, 0, GETVAL);
  if (value < 0) return Unreadable("semctl", text, errno);
  return ReachedIf(value == kPlantedValue, "semctl", text);
}

}  // namespace sandproof::probes::ipc
