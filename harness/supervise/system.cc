#include "harness/supervise/system.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "suites/property.h"

namespace sandproof {

namespace {

constexpr std::size_t kLogBytes = std::size_t{64} * 1024;
constexpr std::size_t kLineBytes = 4096;

Result<UniqueFd> WatchChildren() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  UniqueFd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return CallError("signalfd", "", errno);
  return fd;
}

}  // namespace

Result<std::unique_ptr<System>> System::Start(const SystemOrder& order) {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return CallError("prctl", "subreaper", errno);
  std::unique_ptr<System> system(new System());
  system->owner_ = order.owner;
  system->on_line_ = order.on_line;
  system->on_status_ = order.on_status;
  system->is_terminal_ = order.terminal;
  TRY(system->child_ended_, WatchChildren());
  StartOptions options{.argv = order.argv, .env = order.env, .cwd = order.cwd, .new_session = true};
  UniqueFd theirs;
  if (order.terminal) {
    TRY(Terminal terminal, MakeTerminal());
    options.terminal = terminal.path;
    system->output_ = std::move(terminal.master);
    theirs = std::move(terminal.slave);  // until it is theirs: a pty without a slave has ended
  } else {
    TRY(Pipe pipe, MakePipe());
    options.fds = order.fds;
    options.fds.push_back({.target = 1, .source = pipe.write.get()});
    options.fds.push_back({.target = 2, .source = pipe.write.get()});
    system->output_ = std::move(pipe.read);
    theirs = std::move(pipe.write);
  }
  ::fcntl(system->output_.get(), F_SETFL, O_NONBLOCK);
  system->started_at_ = Clock::now();
  TRY(system->pid_, Spawn(options));
  return system;
}

System::~System() { End(); }

void System::Wait(std::chrono::milliseconds limit) {
  std::array<pollfd, 3> entries = {pollfd{.fd = output_.get(), .events = POLLIN, .revents = 0},
                                   pollfd{.fd = child_ended_.get(), .events = POLLIN, .revents = 0},
                                   pollfd{.fd = owner_, .events = POLLIN, .revents = 0}};
  static_cast<void>(::poll(entries.data(), entries.size(), static_cast<int>(limit.count())));
  signalfd_siginfo info = {};
  while (::read(child_ended_.get(), &info, sizeof info) == sizeof info) {
  }
  TakeOutput();
  Reap();
  // The owner says nothing: whatever comes is its end.
  if (owner_ >= 0 && entries[2].revents != 0) is_abandoned_ = true;
}

bool System::WaitUntil(const std::function<bool()>& done, Clock::time_point deadline,
                       std::chrono::milliseconds tick) {
  while (!done()) {
    if (is_abandoned_ || Clock::now() >= deadline) return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    Wait(std::clamp(left, std::chrono::milliseconds(0), tick));
  }
  return true;
}

void System::TakeOutput() {
  std::array<char, 8192> buffer = {};
  // A system that prints without end must not keep its time from running out.
  constexpr int kMostReads = 8;
  for (int i = 0; i < kMostReads && output_; ++i) {
    const ssize_t got = ::read(output_.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      // End of file, or EIO of a terminal that nobody has open; kept, it would be polled for ever.
      output_.reset();
      return;
    }
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    log_ += bytes;
    if (log_.size() > kLogBytes) log_.erase(0, log_.size() - kLogBytes);
    for (const char letter : bytes) {
      if (letter != '\n') {
        if (line_.size() < kLineBytes && letter != '\r') line_ += letter;
        continue;
      }
      if (on_line_) on_line_(line_);
      line_.clear();
    }
  }
}

void System::Reap() {
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
    if (on_status_) on_status_(ended, status);
    if (WIFSTOPPED(status) || ended != pid_ || status_) continue;
    status_ = status;
    ended_at_ = Clock::now();
  }
  // A process that descends from the system has its parent there, or is a child of ours.
  is_gone_ = ended < 0 && errno == ECHILD;
}

std::vector<ProcessFacts> System::Processes() const { return DescendantsOf(::getpid()); }

std::string System::LogTail(std::size_t lines) const {
  std::size_t at = log_.size();
  for (std::size_t i = 0; i <= lines && at != std::string::npos; ++i) {
    at = at == 0 ? std::string::npos : log_.rfind('\n', at - 1);
  }
  return at == std::string::npos ? log_ : log_.substr(at + 1);
}

bool System::Type(char letter) {
  return is_terminal_ && output_ && ::write(output_.get(), &letter, 1) == 1;
}

// Signals only children of ours that are not reaped yet, whose numbers nobody else can have. Each
// death makes the dead one's children ours in turn.
void System::End() {
  constexpr auto kTick = std::chrono::milliseconds(10);
  constexpr int kMostRounds = 3000;
  for (int round = 0; round < kMostRounds && !is_gone_; ++round) {
    for (const ProcessFacts& process : DescendantsOf(::getpid())) {
      if (process.parent == ::getpid()) ::kill(process.pid, SIGKILL);
    }
    // One that is traced by us must not be waited for elsewhere; it dies of this all the same.
    owner_ = -1;
    Wait(kTick);
  }
}

std::string StatusText(int wait_status) {
  if (WIFEXITED(wait_status)) return fmt::format("exit {}", WEXITSTATUS(wait_status));
  if (WIFSIGNALED(wait_status)) return "killed by " + SignalName(WTERMSIG(wait_status));
  return fmt::format("wait status {}", wait_status);
}

}  // namespace sandproof
