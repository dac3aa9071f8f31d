// For tests only: a child that ends with its owner.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace sandproof::testing {

class KeptChild {
 public:
  KeptChild() = default;
  ~KeptChild() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  KeptChild(const KeptChild&) = delete;
  KeptChild& operator=(const KeptChild&) = delete;

  // fork(2), and what it returns.
  pid_t Fork() { return pid_ = ::fork(); }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace sandproof::testing
