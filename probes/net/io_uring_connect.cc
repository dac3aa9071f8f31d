// Attempts: a TCP connection to a listener of this run through io_uring, which makes no socket(2),
//   connect(2) or recv(2) that a filter could see; it answers with its nonce.
// Harmless: an address of the arena or of this machine; the ring is our own.
// Tells apart: EPERM and ENOSYS of io_uring_setup, a filter or kernel.io_uring_disabled; EINVAL of
//   IORING_OP_SOCKET, an older kernel; the errnos of connect(2).
// Source: io_uring_enter(2), Documentation/admin-guide/sysctl/kernel.rst io_uring_disabled.
#include <linux/io_uring.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

namespace {

constexpr std::size_t kRingBytes = 4096;

// A ring with one request at a time.
class Ring {
 public:
  // An errno; 0: it is there.
  int Open() {
    fd_.reset(static_cast<int>(::syscall(SYS_io_uring_setup, 2, &params_)));
    if (!fd_) return errno;
    if ((params_.features & IORING_FEAT_SINGLE_MMAP) == 0) return EINVAL;
    rings_ = Map(IORING_OFF_SQ_RING);
    entries_ = static_cast<io_uring_sqe*>(Map(IORING_OFF_SQES));
    return rings_ == MAP_FAILED || entries_ == MAP_FAILED ? ENOMEM : 0;
  }

  // The result of a request: what its system call would return, or minus an errno; -ETIME when it
  // took longer than `wait_ms`.
  int Do(const io_uring_sqe& request, int wait_ms) {
    entries_[0] = request;
    auto* const tail = At(params_.sq_off.tail);
    At(params_.sq_off.array)[*tail & *At(params_.sq_off.ring_mask)] = 0;
    std::atomic_ref(*tail).store(*tail + 1, std::memory_order_release);
    if (::syscall(SYS_io_uring_enter, fd_.get(), 1, 0, 0, nullptr, 0) < 0) return -errno;
    if (!PollFor(fd_.get(), POLLIN, wait_ms)) return -ETIME;
    auto* const head = At(params_.cq_off.head);
    if (std::atomic_ref(*At(params_.cq_off.tail)).load(std::memory_order_acquire) == *head) {
      return -ETIME;
    }
    const auto* const done =
        reinterpret_cast<const io_uring_cqe*>(static_cast<char*>(rings_) + params_.cq_off.cqes);
    const int result = done[*head & *At(params_.cq_off.ring_mask)].res;
    std::atomic_ref(*head).store(*head + 1, std::memory_order_release);
    return result;
  }

 private:
  void* Map(std::uint64_t offset) const {
    return ::mmap(nullptr, kRingBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_.get(),
                  static_cast<off_t>(offset));
  }
  unsigned* At(unsigned offset) const {
    return reinterpret_cast<unsigned*>(static_cast<char*>(rings_) + offset);
  }

  io_uring_params params_ = {};
  UniqueFd fd_ = {};
  void* rings_ = MAP_FAILED;
  io_uring_sqe* entries_ = nullptr;
};

io_uring_sqe Ask(int operation, int fd, const void* address, std::uint32_t length) {
  io_uring_sqe entry = {};
  entry.opcode = static_cast<__u8>(operation);
  entry.fd = fd;
  entry.addr = reinterpret_cast<std::uintptr_t>(address);
  entry.len = length;
  return entry;
}

Observation Refused(const char* name, const Address& address, int result) {
  return result == -ETIME ? TimedOut(name, address.text) : Denied(name, address.text, -result);
}

Observation Connect(const Request& request, const Address& address) {
  Ring ring;
  if (const int error = ring.Open()) return Denied("io_uring_setup", "2", error);
  io_uring_sqe socket = Ask(IORING_OP_SOCKET, address.Family(), nullptr, 0);
  socket.off = SOCK_STREAM;
  const int fd = ring.Do(socket, WaitMs(request));
  if (fd < 0) return Refused("IORING_OP_SOCKET", address, fd);
  io_uring_sqe connect = Ask(IORING_OP_CONNECT, fd, address.Get(), 0);
  connect.off = address.length;
  if (const int error = ring.Do(connect, WaitMs(request)); error < 0) {
    return Refused("IORING_OP_CONNECT", address, error);
  }
  // Whose attempt it was, for the canary that counts.
  const std::string& tag = request.Param("tag");
  const io_uring_sqe send =
      Ask(IORING_OP_SEND, fd, tag.data(), static_cast<std::uint32_t>(tag.size()));
  if (const int error = ring.Do(send, WaitMs(request)); error < 0) {
    return Refused("IORING_OP_SEND", address, error);
  }
  char heard[64] = {};
  const int got = ring.Do(Ask(IORING_OP_RECV, fd, heard, sizeof heard), 1500);
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
