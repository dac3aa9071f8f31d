// Attempts: a TCP connection to a listener of this run through io_uring, which makes no socket(2),
//   connect(2) or recv(2) that a filter could see; it answers with its nonce.
// Harmless: an address of the arena or of this machine; the ring is our own.
// Tells apart: EPERM and ENOSYS of io_uring_setup, a filter or kernel.io_uring_disabled; EINVAL of
//   IORING_OP_SOCKET, an older kernel; the errnos of connect(2).
// Source: io_uring_enter(2), Documentation/admin-guide/sysctl/kernel.rst io_uring_disabled.
#include <linux/io_uring.h>

#include <cerrno>

#include "probes/agent/connect.h"
#include "probes/agent/ring.h"

namespace sandproof::probes::net {

namespace {

Observation Refused(const char* name, const Address& address, int result) {
  return result == -ETIME ? TimedOut(name, address.text) : Denied(name, address.text, -result);
}

Observation Connect(const Request& request, const Address& address) {
  Ring ring;
  if (const int error = ring.Open()) return Denied("io_uring_setup", "2", error);
  io_uring_sqe socket = RingRequest(IORING_OP_SOCKET, address.Family(), nullptr, 0);
  socket.off = SOCK_STREAM;
  const int fd = ring.Do(socket, WaitMs(request));
  if (fd < 0) return Refused("IORING_OP_SOCKET", address, fd);
  io_uring_sqe connect = RingRequest(IORING_OP_CONNECT, fd, address.Get(), 0);
  connect.off = address.length;
  if (const int error = ring.Do(connect, WaitMs(request)); error < 0) {
    return Refused("IORING_OP_CONNECT", address, error);
  }
  // Whose attempt it was, for the canary that counts.
  const std::string& tag = request.Param("tag");
  const io_uring_sqe send =
      RingRequest(IORING_OP_SEND, fd, tag.data(), static_cast<std::uint32_t>(tag.size()));
  if (const int error = ring.Do(send, WaitMs(request)); error < 0) {
    return Refused("IORING_OP_SEND", address, error);
  }
  char heard[64] = {};
  const int got = ring.Do(RingRequest(IORING_OP_RECV, fd, heard, sizeof heard), 1500);
  if (got < 0) return Refused("IORING_OP_RECV", address, got);
  const bool is_nonce = HasNonce(request, {heard, static_cast<std::size_t>(got)});
  return ReachedIf(is_nonce, "IORING_OP_CONNECT", address.text);
}

}  // namespace

// In a child: what a request still does when its time is over ends with the child.
Observation IoUringConnect(const Request& request) {
  const Address address = InetAddress(request);
  if (address.length == 0) return SetupFailed("connect", address.text, EINVAL);
  return InQuickChild(request, [&] { return Connect(request, address); });
}

}  // namespace sandproof::probes::net
