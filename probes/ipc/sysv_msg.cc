// Attempts: msgget(2) by the canary's key, and msgctl(2) IPC_STAT of the queue.
// Harmless: reads the state of a queue of this run; takes no message.
// Tells apart: ENOENT, no such key in this IPC namespace; EACCES, it is there but modes hide it,
//   or a filter where every key gets it.
// Source: ipc_namespaces(7), msgget(2).
#include <sys/msg.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/ipc/unreadable.h"

namespace sandproof::probes::ipc {

Observation SysvMsg(const Request& request) {
  const std::string& text = request.Param("key");
  if (text.empty()) return SetupFailed("msgget", text, EINVAL);
  const auto key = static_cast<key_t>(request.Number("key"));
  const int id = ::msgget(key, 0);
  if (id < 0) {
    return NotGot("msgget", text, errno, [key] { return ::msgget(OtherKey(key), 0); });
  }
  msqid_ds status = {};
  if (::msgctl(id, IPC_STAT, &status) != 0) return Unreadable("msgctl", text, errno);
  return ReachedIf(status.msg_perm.__key == key, "msgctl", text);
}

}  // namespace sandproof::probes::ipc
