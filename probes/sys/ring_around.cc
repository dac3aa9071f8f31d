// Attempts: sockets that socket(2) refuses, made by an io_uring. The control asks for any of them.
// Harmless: a socket is made and closed; nothing is sent or bound.
// Tells apart: EPERM and ENOSYS of io_uring_setup, the ring is refused; EPERM of the operation, it
//   refuses the same; EINVAL, a kernel without the operation (before 5.19); ENODATA, socket(2)
//   refuses nothing of this.
// Source: io_uring_enter(2) IORING_OP_SOCKET, seccomp(2).
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/ring.h"

namespace sandproof::probes::sys {

namespace {

struct Kind {
  const char* name;
  int family;
  int type;
  int protocol;
};

// Those that filters refuse most, of families that every kernel has loaded.
constexpr Kind kKinds[] = {
    {"NETLINK_KOBJECT_UEVENT", AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT},
    {"AF_UNIX", AF_UNIX, SOCK_STREAM, 0},
    {"AF_INET", AF_INET, SOCK_STREAM, 0},
};

io_uring_sqe SocketRequest(const Kind& kind) {
  io_uring_sqe entry = RingRequest(IORING_OP_SOCKET, kind.family, nullptr,
                                   static_cast<std::uint32_t>(kind.protocol));
  entry.off = static_cast<std::uint64_t>(kind.type);
  return entry;
}

Observation Around(const Request& request) {
  Ring ring;
  if (const int error = ring.Open()) return Denied("io_uring_setup", "2", error);
  const bool is_control = !request.Param("control").empty();
  Observation last = Denied("socket", "each kind", ENODATA);
  for (const Kind& kind : kKinds) {
    const UniqueFd plain(::socket(kind.family, kind.type | SOCK_CLOEXEC, kind.protocol));
    if (plain && !is_control) continue;
    const UniqueFd made(ring.Do(SocketRequest(kind), 1000));
    if (made) return Reached("IORING_OP_SOCKET", kind.name);
    last = Denied("IORING_OP_SOCKET", kind.name, -made.get());
  }
  return last;
}

}  // namespace

Observation RingAround(const Request& request) {
  return InQuickChild(request, [&] { return Around(request); });
}

}  // namespace sandproof::probes::sys
