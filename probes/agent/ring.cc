#include "probes/agent/ring.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes {

namespace {

constexpr std::size_t kRingBytes = 4096;

}  // namespace

int Ring::Open() {
  fd_.reset(static_cast<int>(::syscall(SYS_io_uring_setup, 2, &params_)));
  if (!fd_) return errno;
  if ((params_.features & IORING_FEAT_SINGLE_MMAP) == 0) return EINVAL;
  rings_ = Map(IORING_OFF_SQ_RING);
  entries_ = static_cast<io_uring_sqe*>(Map(IORING_OFF_SQES));
  return rings_ == MAP_FAILED || entries_ == MAP_FAILED ? ENOMEM : 0;
}

int Ring::Do(const io_uring_sqe& request, int wait_ms) {
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

void* Ring::Map(std::uint64_t offset) const {
  return ::mmap(nullptr, kRingBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_.get(),
                static_cast<off_t>(offset));
}

unsigned* Ring::At(unsigned offset) const {
  return reinterpret_cast<unsigned*>(static_cast<char*>(rings_) + offset);
}

io_uring_sqe RingRequest(int operation, int fd, const void* address, std::uint32_t length) {
  io_uring_sqe entry = {};
  entry.opcode = static_cast<__u8>(operation);
  entry.fd = fd;
  entry.addr = reinterpret_cast<std::uintptr_t>(address);
  entry.len = length;
  return entry;
}

}  // namespace sandproof::probes
