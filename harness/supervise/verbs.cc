#include "harness/supervise/verbs.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "harness/supervise/tracee.h"
#include "suites/property.h"

namespace sandproof {

namespace {

Result<Tracee> SeizeSoon(const ProcessFacts& process) {
  constexpr auto kLimit = std::chrono::seconds(3);
  return Tracee::Seize(process.pid, Tracee::Clock::now() + kLimit);
}

// A line of /proc/PID/status without its name; empty: none.
std::string StatusLine(pid_t pid, std::string_view name) {
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return line.substr(name.size());
  }
  return {};
}

bool HasSignal(pid_t pid, std::string_view name, int signal) {
  const std::string mask = StatusLine(pid, name);
  return ((std::strtoull(mask.c_str(), nullptr, 16) >> (signal - 1)) & 1) != 0;
}

Result<bool> ExitBy(const ProcessFacts& process, int code, const std::string& last_words) {
  TRY(Tracee tracee, SeizeSoon(process));
  if (!last_words.empty()) {
    TRY(const unsigned long long address, tracee.Place(last_words));
    TRY(const long written, tracee.Call(SYS_write, {1, address, last_words.size()}));
    if (written != static_cast<long>(last_words.size())) {
      return Internal(fmt::format("write(1) in the service gave {}", written));
    }
  }
  return tracee.LeaveBy(SYS_exit_group, static_cast<unsigned long long>(code));
}

// What the service's own handlers do is not the business of its copy: it blocks every signal but
// SIGTERM, which ends it.
Result<bool> BackgroundBy(const ProcessFacts& process) {
  TRY(Tracee tracee, SeizeSoon(process));
  TRY(Tracee child, tracee.Fork());
  TRY(const unsigned long long zeros, child.Place(std::string(64, '\0')));
  TRY(const long is_default, child.Call(SYS_rt_sigaction, {SIGTERM, zeros, 0, 8}));
  const unsigned long long mask = ~(1ULL << (SIGTERM - 1));
  TRY(const unsigned long long blocked,
      child.Place(std::string_view(reinterpret_cast<const char*>(&mask), sizeof mask)));
  TRY(const long is_blocked, child.Call(SYS_rt_sigprocmask, {SIG_SETMASK, blocked, 0, 8}));
  TRY(const long session, child.Call(SYS_setsid, {}));
  static_cast<void>(is_default + is_blocked + session);
  TRY(const bool is_left, child.LeaveBy(SYS_pause, 0));
  static_cast<void>(is_left);
  return tracee.LeaveBy(SYS_exit_group, 0);
}

Result<bool> DefaultBy(const ProcessFacts& process, int signal) {
  TRY(Tracee tracee, SeizeSoon(process));
  TRY(const unsigned long long zeros, tracee.Place(std::string(64, '\0')));
  const auto number = static_cast<unsigned long long>(signal);
  TRY(const long is_default, tracee.Call(SYS_rt_sigaction, {number, zeros, 0, 8}));
  TRY(const long is_open, tracee.Call(SYS_rt_sigprocmask, {SIG_SETMASK, zeros, 0, 8}));
  if (is_default == 0 && is_open == 0) return true;
  return Internal(fmt::format("rt_sigaction gave {}, rt_sigprocmask {}", is_default, is_open));
}

// Kills a process and waits for its end.
void KillAndWait(const ProcessFacts& process, Tracee::Clock::time_point deadline) {
  const UniqueFd held = HoldOn(process);
  if (!held || SendSignal(held, SIGKILL) != 0) return;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Tracee::Clock::now());
  pollfd entry{.fd = held.get(), .events = POLLIN, .revents = 0};
  static_cast<void>(::poll(&entry, 1, std::max(static_cast<int>(left.count()), 0)));
}

std::optional<ProcessFacts> RunningBelow(pid_t pid) {
  for (const ProcessFacts& one : DescendantsOf(pid)) {
    if (!one.IsZombie()) return one;
  }
  return std::nullopt;
}

// The launcher forks no more once it is held, so that what runs below it can only become less.
Result<bool> FailSetupBy(const ProcessFacts& launcher, int code) {
  const Tracee::Clock::time_point deadline = Tracee::Clock::now() + std::chrono::seconds(3);
  TRY(Tracee tracee, SeizeSoon(launcher));
  while (const std::optional<ProcessFacts> one = RunningBelow(launcher.pid)) {
    if (Tracee::Clock::now() > deadline) return Internal(one->Describe() + " does not end");
    KillAndWait(*one, deadline);
  }
  return tracee.LeaveBy(SYS_exit_group, static_cast<unsigned long long>(code));
}

}  // namespace

std::string MakeSetupFail(const ProcessFacts& launcher, int code) {
  const Result<bool> done = FailSetupBy(launcher, code);
  return done ? "" : done.error().message;
}

std::string MakeExit(const ProcessFacts& process, int code, const std::string& last_words) {
  const Result<bool> done = ExitBy(process, code, last_words);
  return done ? "" : done.error().message;
}

std::string MakeBackground(const ProcessFacts& process) {
  const Result<bool> done = BackgroundBy(process);
  return done ? "" : done.error().message;
}

Result<pid_t> MakeOrphan(const ProcessFacts& process) {
  TRY(Tracee tracee, SeizeSoon(process));
  TRY(Tracee middle, tracee.Fork());
  TRY(Tracee orphan, middle.Fork());
  const pid_t pid = orphan.pid();
  TRY(const bool is_middle_left, middle.LeaveBy(SYS_exit_group, 0));
  TRY(const bool is_left, orphan.LeaveBy(SYS_exit_group, 0));
  static_cast<void>(is_middle_left && is_left);
  return pid;
}

Result<long> StopGroup(const ProcessFacts& process) {
  TRY(Tracee tracee, SeizeSoon(process));
  return tracee.Call(SYS_kill, {0, SIGSTOP});
}

bool IsStopped(const ProcessFacts& process) {
  std::error_code error;
  const std::string tasks = fmt::format("/proc/{}/task", process.pid);
  bool is_any = false;
  for (const auto& entry : std::filesystem::directory_iterator(tasks, error)) {
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    std::getline(file, stat);
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos || name_end + 2 >= stat.size()) continue;
    if (stat[name_end + 2] != 'T') return false;
    is_any = true;
  }
  return is_any;
}

std::string StopAll(System& system, const ProcessFacts& process) {
  constexpr auto kLimit = std::chrono::seconds(3);
  if (const int error = SendSignal(HoldOn(process), SIGSTOP); error != 0) {
    return "SIGSTOP: " + ErrnoName(error);
  }
  const bool is_stopped =
      system.WaitUntil([&] { return IsStopped(process); }, System::Clock::now() + kLimit,
                       std::chrono::milliseconds(1));
  return is_stopped ? "" : "SIGSTOP did not stop it";
}

std::string WhyNotBy(const ProcessFacts& process, int signal) {
  if (signal == SIGKILL) return {};
  if (HasSignal(process.pid, "SigIgn:", signal)) {
    return fmt::format("it ignores {}", SignalName(signal));
  }
  // "NSpid:\t120\t1": the first process of a PID namespace gets no signal that it has no handler
  // for. Source: pid_namespaces(7).
  const std::string numbers = StatusLine(process.pid, "NSpid:");
  const std::size_t last = numbers.find_last_of('\t');
  const bool is_init = last != std::string::npos && last > 0 && numbers.substr(last + 1) == "1";
  if (is_init && !HasSignal(process.pid, "SigCgt:", signal)) {
    return fmt::format("it is the first process of its PID namespace and has no handler for {}",
                       SignalName(signal));
  }
  return {};
}

bool IsCrash(int signal) {
  constexpr std::array kCrashes = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP};
  return std::ranges::find(kCrashes, signal) != kCrashes.end();
}

std::string CrashAgain(const ProcessFacts& process, int signal) {
  const Result<bool> done = DefaultBy(process, signal);
  if (!done) return done.error().message;
  const int error = SendSignal(HoldOn(process), signal);
  return error == 0 ? "" : "pidfd_send_signal: " + ErrnoName(error);
}

bool IsPending(const ProcessFacts& process, int signal) {
  return HasSignal(process.pid, "ShdPnd:", signal) || HasSignal(process.pid, "SigPnd:", signal);
}

}  // namespace sandproof
