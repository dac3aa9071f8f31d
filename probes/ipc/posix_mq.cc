// Attempts: mq_open(3) by the canary's name and mq_getattr(3).
// Harmless: a queue of this run; no message is received, which would consume it.
// Tells apart: ENOENT, no such name in this IPC namespace; EACCES, it is there but modes hide it,
//   or a filter where every name gets it; EMFILE and ENOMEM are limits and no answer.
// Source: mq_overview(7), ipc_namespaces(7). Needs neither /dev/mqueue nor /proc.
#include <fcntl.h>
#include <mqueue.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/ipc/unreadable.h"

namespace sandproof::probes::ipc {

Observation PosixMq(const Request& request) {
  const std::string& name = request.Param("name");
  if (name.empty()) return SetupFailed("mq_open", name, EINVAL);
  constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;
  const mqd_t queue = ::mq_open(name.c_str(), kFlags);
  if (queue < 0) {
    const std::string absent = name + "-absent";
    return NotGot("mq_open", name, errno, [&] { return ::mq_open(absent.c_str(), kFlags); });
  }
  mq_attr attributes = {};
  const bool is_queue = ::mq_getattr(queue, &attributes) == 0;
  ::mq_close(queue);
  return ReachedIf(is_queue, "mq_getattr", name);
}

}  // namespace sandproof::probes::ipc
