// Attempts: shmctl(2) IPC_STAT and shmat(2) of the segment that was planted in another sandbox, by
//   its number.
// Harmless: attaches read-only, and only a segment of just the size that the planted one has.
// Tells apart: EINVAL, EIDRM, no segment of this number in this IPC namespace; ENOENT, one of
//   another size, so somebody else's; EACCES, it is there but modes hide it.
// Source: ipc_namespaces(7), shmctl(2), shmat(2).
#include <sys/shm.h>

#include <cerrno>
#include <string_view>

#include "probes/agent/probe.h"

namespace sandproof::probes::peer {

Observation Segment(const Request& request) {
  const std::string& number = request.Param("id");
  const std::string& nonce = request.Param("nonce");
  const auto size = static_cast<std::size_t>(request.Number("size", 0));
  if (number.empty() || nonce.empty() || size < nonce.size()) {
    return SetupFailed("shmat", number, EINVAL);
  }
  const int id = static_cast<int>(request.Number("id"));
  shmid_ds status = {};
  if (::shmctl(id, IPC_STAT, &status) != 0) return Denied("shmctl", number + ", IPC_STAT", errno);
  if (status.shm_segsz != size) return Denied("shmctl", number + ", IPC_STAT", ENOENT);
  void* const memory = ::shmat(id, nullptr, SHM_RDONLY);
  if (memory == reinterpret_cast<void*>(-1)) return Denied("shmat", number, errno);
  const bool same = std::string_view(static_cast<const char*>(memory), nonce.size()) == nonce;
  ::shmdt(memory);
  return ReachedIf(same, "shmat", number);
}

}  // namespace sandproof::probes::peer
