// Attempts: mq_open(3) by the canary's name and mq_getattr(3).
// Harmless: a queue of this run; no message is received, which would consume it.
// Tells apart: ENOENT, no such name in this IPC namespace; EACCES, it is there but modes hide it;
//   EMFILE and ENOMEM are limits and no answer.
// Source: mq_overview(7), ipc_namespaces(7). Needs neither /dev/mqueue nor /proc.
#include <fcntl.h>
#include <mqueue.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::ipc {

Observation PosixMq(const Request& request) {
  const std::string& name = request.Param("name");
  if (name.empty()) return SetupFailed("mq_open", name, EINVAL);
  const mqd_t queue = ::mq_open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (queue < 0) return Denied("mq_open", name, errno);
  mq_attr attributes = {};
  const bool is_queue = ::mq_getattr(queue, &attributes) == 0;
  ::mq_close(queue);
  return ReachedIf(is_queue, "mq_getattr", name);
}

}  // namespace sandproof::probes::ipc
