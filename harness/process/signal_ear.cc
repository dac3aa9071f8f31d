#include "harness/process/signal_ear.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <utility>

#include "harness/process/await_tracee.h"

namespace sandproof {

namespace {

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
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  const std::optional<int> status = AwaitTracee(pid, deadline);
  if (!status || !WIFSTOPPED(*status)) return std::nullopt;
  // It stops for the signal itself, or for us with the signal still to come.
  const bool is_for_signal = *status >> 16 == 0;
  const int signal = is_for_signal ? WSTOPSIG(*status) : 0;
  const bool is_heard = signal == signal_ || IsPending(pid, signal_);
  ::ptrace(PTRACE_DETACH, pid, nullptr, static_cast<long>(signal));
  return is_heard;
}

}  // namespace sandproof
