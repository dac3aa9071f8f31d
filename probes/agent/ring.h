// An io_uring with one request at a time.
#pragma once

#include <linux/io_uring.h>
#include <sys/mman.h>

#include <cstdint>

#include "probes/wire/unique_fd.h"

namespace sandproof::probes {

class Ring {
 public:
  // An errno; 0: it is there.
  int Open();

  // The result of a request: what its system call would return, or minus an errno; -ETIME when it
  // took longer than `wait_ms`.
  int Do(const io_uring_sqe& request, int wait_ms);

 private:
  void* Map(std::uint64_t offset) const;
  unsigned* At(unsigned offset) const;

  io_uring_params params_ = {};
  UniqueFd fd_ = {};
  void* rings_ = MAP_FAILED;
  io_uring_sqe* entries_ = nullptr;
};

[[nodiscard]] io_uring_sqe RingRequest(int operation, int fd, const void* address,
                                       std::uint32_t length);

}  // namespace sandproof::probes
