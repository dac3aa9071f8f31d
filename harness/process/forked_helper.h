// A helper that is a fork of the harness: for clean-up that must outlive it.
#pragma once

#include <sys/types.h>

#include <functional>

#include "harness/result.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

// Runs `serve` in a forked child with one end of a SOCK_SEQPACKET pair; every other descriptor is
// closed. The child is in a session of its own and ignores the terminal's signals, so that what
// ends the harness does not end it; it sees the end of the harness as end of file.
//
// The destructor closes our end and waits for the child, which must then end by itself.
// Only for a process with one thread: the child goes on without exec.
class ForkedHelper {
 public:
  [[nodiscard]] static Result<ForkedHelper> Begin(const std::function<void(int socket)>& serve);
  ForkedHelper() = default;
  ForkedHelper(ForkedHelper&& other) noexcept;
  ForkedHelper& operator=(ForkedHelper&& other) noexcept;
  ~ForkedHelper();

  [[nodiscard]] int socket() const { return socket_.get(); }

  // Closes our end already, without waiting.
  void LetGo() { socket_.reset(); }

 private:
  ForkedHelper(UniqueFd socket, pid_t pid) : socket_(std::move(socket)), pid_(pid) {}
  void End();

  UniqueFd socket_ = {};
  pid_t pid_ = -1;
};

}  // namespace sandproof
