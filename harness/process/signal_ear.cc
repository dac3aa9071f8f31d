#include "harness/process/signal_ear.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <utility>

namespace sandproof {

namespace {

// Its wait status once it has stopped; nullopt: it does not, or has ended.
std::optional<int> AwaitStop(pid_t pid) {
  using Clock = std::chrono::steady_clock;
  constexpr timespec kTick = {.tv_sec = 0, .tv_nsec = 200'000};
  for (const auto end = Clock::now() + std::chrono::milliseconds(100); Clock::now() < end;) {
    int status = 0;
    const pid_t got = ::waitpid(pid, &status, __WALL | WNOHANG);
    if (got == pid) return WIFSTOPPED(status) ? std::optional(status) : std::nullopt;
    if (got < 0 && errno != EINTR) return std::nullopt;
    ::nanosleep(&kTick, nullptr);  // the stop of a process that is no child is announced to nobody
  }
  return std::nullopt;
}

// Among what waits for the process as a whole, as what is sent to a group does.
bool IsPending(pid_t pid, int signal) {
  std::array<siginfo_t, 32> queued = {};
  const __ptrace_peeksiginfo_args from = {
      .off = 0, .flags = PTRACE_PEEKSIGINFO_SHARED, .nr = static_cast<int>(queued.size())};
  const long count = ::ptrace(PTRACE_PEEKSIGINFO, pid, &from, queued.data());
  return std::any_of(queued.begin(), queued.begin() + std::max(count, 0L),
                     [&](const siginfo_t& one) { return one.si_signo == signal; });
}

}  // namespace

std::optional<SignalEar> SignalEar::At(pid_t pid, int signal) {
  if (::ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) != 0) return std::nullopt;
  return SignalEar(pid, signal);
}

SignalEar::SignalEar(SignalEar&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), signal_(other.signal_) {}

SignalEar::~SignalEar() { static_cast<void>(Heard()); }

std::optional<bool> SignalEar::Heard() {
  const pid_t pid = std::exchange(pid_, -1);
  if (pid <= 0 || ::ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr) != 0) return std::nullopt;
  const std::optional<int> status = AwaitStop(pid);
  if (!status) return std::nullopt;
  // It stops for the signal itself, or for us with the signal still to come.
  const bool is_for_signal = *status >> 16 == 0;
  const int signal = is_for_signal ? WSTOPSIG(*status) : 0;
  const bool is_heard = signal == signal_ || IsPending(pid, signal_);
  ::ptrace(PTRACE_DETACH, pid, nullptr, static_cast<long>(signal));
  return is_heard;
}

}  // namespace sandproof
