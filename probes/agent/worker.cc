#include "probes/agent/worker.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <new>

#include "probes/agent/inherited.h"
#include "probes/agent/probe.h"
#include "probes/agent/table.h"

namespace sandproof::probes {

namespace {

using Clock = std::chrono::steady_clock;

// How long a probe may exceed its limit before its worker is killed: probes have deadlines of
// their own, and this one is only for those whose own deadline failed.
constexpr auto kGrace = std::chrono::milliseconds(300);

// Seen by the worker and by the agent that watches it.
struct Progress {
  std::atomic<std::uint32_t> next = 0;        // position of the request that runs now
  std::atomic<std::int64_t> started_ns = -1;  // steady clock; -1 between requests
};

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

Observation RunOne(const Request& request) {
  const Probe* probe = FindProbe(request.probe);
  if (probe == nullptr) return SetupFailed("find_probe", request.probe, ENOSYS);
  return probe->run(request);
}

std::string AnswerLine(const Batch& batch, const Request& request, Observation observation) {
  observation.index = request.index;
  observation.probe = request.probe;
  return ObservationLine(batch.nonce, observation);
}

// Each answer goes out together with the announcement of the next probe: one write, not two.
bool RunFrom(const Batch& batch, Progress& progress, int channel) {
  std::string lines;
  for (std::uint32_t at = progress.next; at < batch.requests.size(); progress.next = ++at) {
    const Request& request = batch.requests[at];
    lines += TryLine(batch.nonce, request.index);
    if (!WriteLine(channel, lines)) return false;
    const std::int64_t start = Now();
    progress.started_ns = start;
    Observation observation = RunOne(request);
    progress.started_ns = -1;
    observation.duration = std::chrono::microseconds((Now() - start) / 1000);
    lines = AnswerLine(batch, request, std::move(observation)) + '\n';
  }
  // Said by the worker and not after its end: what its probes left open takes the kernel
  // milliseconds to close.
  return WriteLine(channel, lines + EndLine(batch.nonce, batch.requests.size()));
}

// True when the worker's current probe has exceeded its limit.
bool IsOverdue(const Batch& batch, const Progress& progress) {
  const std::int64_t started = progress.started_ns;
  const std::uint32_t at = progress.next;
  if (started < 0 || at >= batch.requests.size()) return false;
  const auto limit = std::chrono::nanoseconds(batch.requests[at].limit + kGrace);
  return Now() - started > limit.count();
}

struct Death {
  int status = 0;
  bool overdue = false;
};

// Waits for the worker and kills it when a probe hangs.
Death WatchWorker(const Batch& batch, const Progress& progress, pid_t worker) {
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  const timespec tick = {.tv_sec = 0, .tv_nsec = 50'000'000};
  Death death;
  for (;;) {
    const pid_t ended = ::waitpid(worker, &death.status, WNOHANG);
    if (ended == worker || (ended < 0 && errno == ECHILD)) return death;
    if (!death.overdue && IsOverdue(batch, progress)) {
      death.overdue = true;
      ::kill(worker, SIGKILL);
    }
    // Returns at once when a child ends; the tick only bounds how late a hang is seen.
    if (::sigtimedwait(&child_ended, nullptr, &tick) < 0 && errno != EAGAIN && errno != EINTR) {
      ::nanosleep(&tick, nullptr);  // a filter refuses the call: look again a tick later
    }
  }
}

// A core dump of a probe that died on purpose is of use to nobody and may reach a pipe handler
// outside the sandbox.
void PrepareWorker() {
  const rlimit no_core = {};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  RestoreSignals();
}

// Reports the request that a dead worker left unanswered. False when writing failed.
bool ReportDeath(const Batch& batch, Progress& progress, const Death& death, int channel) {
  const std::uint32_t at = progress.next;
  if (at >= batch.requests.size()) return true;
  const Request& request = batch.requests[at];
  Observation observation;
  observation.call = Call("worker", request.probe);
  const std::int64_t started = progress.started_ns;
  if (started >= 0) observation.duration = std::chrono::microseconds((Now() - started) / 1000);
  if (death.overdue) {
    observation.outcome = Outcome::kTimeout;
  } else if (WIFSIGNALED(death.status)) {
    observation.outcome = Outcome::kKilled;
    observation.error = WTERMSIG(death.status);
  } else {
    observation.error = EPROTO;  // the worker ended without a word: a bug of the probe
  }
  progress.started_ns = -1;
  progress.next = at + 1;
  return WriteLine(channel, AnswerLine(batch, request, std::move(observation)));
}

Progress* SharedProgress() {
  void* memory =
      ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Progress;
}

}  // namespace

bool WriteLine(int channel, const std::string& line) {
  const std::string framed = "\n" + line + "\n";
  std::string_view rest = framed;
  while (!rest.empty()) {
    const ssize_t written = ::write(channel, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN && PollFor(channel, POLLOUT, 5000)) continue;
    if (written <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool RunRequests(const Batch& batch, int channel) {
  Progress* progress = SharedProgress();
  if (progress == nullptr) {
    Progress own;
    return RunFrom(batch, own, channel);
  }
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  while (progress->next < batch.requests.size()) {
    ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);
    const pid_t worker = ::fork();
    if (worker == 0) {
      PrepareWorker();
      ::_exit(RunFrom(batch, *progress, channel) ? 0 : 3);
    }
    if (worker < 0) return RunFrom(batch, *progress, channel);
    const Death death = WatchWorker(batch, *progress, worker);
    if (WIFEXITED(death.status) && WEXITSTATUS(death.status) == 3) return false;
    if (WIFEXITED(death.status) && progress->next >= batch.requests.size()) return true;
    if (!ReportDeath(batch, *progress, death, channel)) return false;
  }
  return WriteLine(channel, EndLine(batch.nonce, batch.requests.size()));
}

}  // namespace sandproof::probes
