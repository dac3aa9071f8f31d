// Attempts: shmget(2) by the canary's key, and a read of its nonce.
// Harmless: attaches read-only a segment of this run; creates nothing.
// Tells apart: ENOENT, no such key in this IPC namespace; EACCES, it is there but modes hide it.
// Source: ipc_namespaces(7), shmget(2), shmat(2).
#include <sys/shm.h>

#include <cerrno>
#include <string_view>

#include "probes/agent/probe.h"

namespace sandproof::probes::ipc {

Observation SysvShm(const Request& request) {
  const std::string& key = request.Param("key");
  const std::string& nonce = request.Param("nonce");
  if (key.empty() || nonce.empty()) return SetupFailed("shmget", key, EINVAL);
  const int id = ::shmget(static_cast<key_t>(request.Number("key")), 0, 0);
  if (id < 0) return Denied("shmget", key, errno);
  shmid_ds status = {};
  void* const memory = ::shmat(id, nullptr, SHM_RDONLY);
  if (memory == reinterpret_cast<void*>(-1)) return Denied("shmat", key, errno);
  const bool readable = ::shmctl(id, IPC_STAT, &status) == 0 && status.shm_segsz >= nonce.size();
  const bool same =
      readable && std::string_view(static_cast<const char*>(memory), nonce.size()) == nonce;
  ::shmdt(memory);
  return ReachedIf(same, "shmat", key);
}

}  // namespace sandproof::probes::ipc
