// Attempts: shmget(2) by the canary's key, and a read of its nonce.
// Harmless: attaches read-only a segment of this run; creates nothing.
// Tells apart: ENOENT, no such key in this IPC namespace; EACCES, it is there but modes hide it,
//   or a filter where every key gets it.
// Source: ipc_namespaces(7), shmget(2), shmat(2).
#include <sys/shm.h>

#include <cerrno>
#include <string_view>

#include "probes/agent/probe.h"
#include "probes/ipc/unreadable.h"

namespace sandproof::probes::ipc {

Observation SysvShm(const Request& request) {
  const std::string& text = request.Param("key");
  const std::string& nonce = request.Param("nonce");
  if (text.empty() || nonce.empty()) return SetupFailed("shmget", text, EINVAL);
  const auto key = static_cast<key_t>(request.Number("key"));
  const int id = ::shmget(key, 0, 0);
  if (id < 0) {
    return NotGot("shmget", text, errno, [key] { return ::shmget(OtherKey(key), 0, 0); });
  }
  shmid_ds status = {};
  void* const memory = ::shmat(id, nullptr, SHM_RDONLY);
  if (memory == reinterpret_cast<void*>(-1)) return Unreadable("shmat", text, errno);
  const bool readable = ::shmctl(id, IPC_STAT, &status) == 0 && status.shm_segsz >= nonce.size();
  const bool same =
      readable && std::string_view(static_cast<const char*>(memory), nonce.size()) == nonce;
  ::shmdt(memory);
  return ReachedIf(same, "shmat", text);
}

}  // namespace sandproof::probes::ipc
