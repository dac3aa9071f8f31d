#include "harness/process/forked_helper.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "harness/process/process.h"

namespace sandproof {

namespace {

[[noreturn]] void RunHelper(int socket, const std::function<void(int)>& serve) {
  constexpr int kSocket = 3;
  ::setsid();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP}) {
    ::signal(signal, SIG_IGN);
  }
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; null >= 0 && fd <= 2; ++fd) ::dup2(null, fd);
  if (socket != kSocket) ::dup2(socket, kSocket);
  ::syscall(SYS_close_range, static_cast<unsigned>(kSocket + 1), ~0U, 0U);
  serve(kSocket);
  // Not exit(3): the harness's own handlers and buffers are not the child's to run.
  ::_exit(0);
}

}  // namespace

Result<ForkedHelper> ForkedHelper::Begin(const std::function<void(int)>& serve) {
  TRY(auto pair, MakeSocketPair());
  const pid_t pid = ::fork();
  if (pid < 0) return CallError("fork", "", errno);
  if (pid == 0) RunHelper(pair.second.get(), serve);
  return ForkedHelper(std::move(pair.first), pid);
}

ForkedHelper::ForkedHelper(ForkedHelper&& other) noexcept
    : socket_(std::move(other.socket_)), pid_(std::exchange(other.pid_, -1)) {}

ForkedHelper& ForkedHelper::operator=(ForkedHelper&& other) noexcept {
  End();
  socket_ = std::move(other.socket_);
  pid_ = std::exchange(other.pid_, -1);
  return *this;
}

ForkedHelper::~ForkedHelper() { End(); }

void ForkedHelper::End() {
  socket_.reset();
  if (pid_ > 0) {
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
}

}  // namespace sandproof
