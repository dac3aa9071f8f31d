#include "harness/process/await_tracee.h"

#include <sys/wait.h>

#include <cerrno>
#include <ctime>

namespace sandproof {

std::optional<int> AwaitTracee(pid_t pid, std::chrono::steady_clock::time_point deadline) {
  constexpr timespec kTick = {.tv_sec = 0, .tv_nsec = 200'000};
  for (;;) {
    int status = 0;
    const pid_t got = ::waitpid(pid, &status, __WALL | WNOHANG);
    if (got > 0) return status;
    if (got < 0) return std::nullopt;
    if (std::chrono::steady_clock::now() >= deadline) {
      errno = ETIMEDOUT;
      return std::nullopt;
    }
    // Nothing announces the stop of a tracee but its parent's SIGCHLD, which is the tracer's only
    // by chance.
    ::nanosleep(&kTick, nullptr);
  }
}

}  // namespace sandproof
