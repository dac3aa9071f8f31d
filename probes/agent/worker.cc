#include "probes/agent/worker.h"

#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

// One worker's place, seen by the agent that watches it.
struct Place {
  std::atomic<std::int64_t> position = -1;    // of the request that is not answered yet; -1: none
  std::atomic<std::int64_t> started_ns = -1;  // steady clock
};

constexpr std::size_t kMostWorkers = 2;

// Shared by the agent and its workers.
struct Shared {
  std::atomic<std::uint32_t> next = 0;      // position of the request that nobody has taken
  std::atomic<std::uint32_t> answered = 0;  // whoever answers last writes the end line
  // Who writes, by its place; lines above PIPE_BUF would otherwise mix with another worker's. The
  // agent takes it from a dead worker.
  std::atomic<int> writer = -1;
  std::array<Place, kMostWorkers> places = {};
};

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

// Writes the lines of one place, while nobody else writes.
bool WriteAs(int place, Shared& shared, int channel, const std::string& lines) {
  for (int nobody = -1; !shared.writer.compare_exchange_weak(nobody, place); nobody = -1) {
    ::sched_yield();
  }
  const bool is_written = WriteLine(channel, lines);
  shared.writer = -1;
  return is_written;
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

// Counts an answer that has been written, and behind the last one writes the end line: that is not
// left to the end of the workers, because what probes left open takes the kernel milliseconds to
// close.
bool CountAnswer(const Batch& batch, int place, Shared& shared, int channel) {
  if (++shared.answered != batch.requests.size()) return true;
  return WriteAs(place, shared, channel, EndLine(batch.nonce, batch.requests.size()));
}

// Takes requests until none is left. False when writing failed.
//
// Each answer goes out with the announcement of the next probe: one write and one waking of the
// reader instead of two.
bool TakeAndRun(const Batch& batch, int place, Shared& shared, int channel) {
  Place& mine = shared.places.at(static_cast<std::size_t>(place));
  std::string answer;
  for (;;) {
    const std::uint32_t at = shared.next++;
    const bool is_done = at >= batch.requests.size();
    const std::string next = is_done ? "" : TryLine(batch.nonce, batch.requests[at].index);
    const std::string lines = answer.empty() ? next : answer + '\n' + next;
    if (!lines.empty() && !WriteAs(place, shared, channel, lines)) return false;
    if (!answer.empty() && !CountAnswer(batch, place, shared, channel)) return false;
    mine.position = -1;
    if (is_done) return true;
    const std::int64_t start = Now();
    mine.started_ns = start;
    mine.position = at;
    Observation observation = RunOne(batch.requests[at]);
    mine.started_ns = Now();
    observation.duration = std::chrono::microseconds((mine.started_ns - start) / 1000);
    answer = AnswerLine(batch, batch.requests[at], std::move(observation));
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

// What a dead worker left unanswered.
Observation Obituary(const Request& request, int status, bool is_overdue) {
  Observation observation;
  observation.call = Call("worker", request.probe);
  if (is_overdue) {
    observation.outcome = Outcome::kTimeout;
  } else if (WIFSIGNALED(status)) {
    observation.outcome = Outcome::kKilled;
    observation.error = WTERMSIG(status);
  } else {
    observation.error = EPROTO;  // the worker ended without a word: a bug of the probe
  }
  return observation;
}

// The workers of one batch, watched and replaced.
class Workers {
 public:
  Workers(const Batch& batch, Shared& shared, int channel)
      : batch_(batch), shared_(shared), channel_(channel) {
    pids_.fill(-1);
  }

  // False when not a single worker could be had.
  bool Begin(std::size_t count) {
    bool is_any = false;
    for (std::size_t place = 0; place < count; ++place) is_any = Fork(place) || is_any;
    return is_any;
  }

  // Until every worker has ended. False when writing failed.
  bool Watch() {
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    const timespec tick = {.tv_sec = 0, .tv_nsec = 50'000'000};
    while (LookAtAll()) {
      // Returns at once when a child ends; the tick only bounds how late a hang is seen.
      if (::sigtimedwait(&child_ended, nullptr, &tick) < 0 && errno != EAGAIN && errno != EINTR) {
        ::nanosleep(&tick, nullptr);  // a filter refuses the call: look again a tick later
      }
    }
    return !has_failed_;
  }

 private:
  bool Fork(std::size_t place) {
    pids_[place] = ::fork();
    if (pids_[place] == 0) {
      PrepareWorker();
      ::_exit(TakeAndRun(batch_, static_cast<int>(place), shared_, channel_) ? 0 : 3);
    }
    overdue_[place] = false;
    return pids_[place] > 0;
  }

  // True while any worker lives.
  bool LookAtAll() {
    bool is_any = false;
    for (std::size_t place = 0; place < pids_.size(); ++place) {
      if (pids_[place] > 0) LookAt(place);
      is_any = is_any || pids_[place] > 0;
    }
    return is_any;
  }

  void LookAt(std::size_t place) {
    int status = 0;
    if (::waitpid(pids_[place], &status, WNOHANG) == 0) {
      KillIfOverdue(place);
      return;
    }
    pids_[place] = -1;
    int dead = static_cast<int>(place);
    shared_.writer.compare_exchange_strong(dead, -1);
    has_failed_ = has_failed_ || (WIFEXITED(status) && WEXITSTATUS(status) == 3);
    const std::int64_t at = shared_.places[place].position.exchange(-1);
    if (has_failed_ || at < 0) return;
    const Request& request = batch_.requests[static_cast<std::size_t>(at)];
    Observation observation = Obituary(request, status, overdue_[place]);
    observation.duration =
        std::chrono::microseconds((Now() - shared_.places[place].started_ns) / 1000);
    const int us = static_cast<int>(kMostWorkers);
    const std::string line = AnswerLine(batch_, request, std::move(observation));
    has_failed_ =
        !WriteAs(us, shared_, channel_, line) || !CountAnswer(batch_, us, shared_, channel_);
    // The next one goes on where this one died; where it cannot be had, we do so in place.
    if (!has_failed_ && shared_.next < batch_.requests.size() && !Fork(place)) {
      has_failed_ = !TakeAndRun(batch_, static_cast<int>(place), shared_, channel_);
    }
  }

  void KillIfOverdue(std::size_t place) {
    const std::int64_t at = shared_.places[place].position;
    if (at < 0 || overdue_[place]) return;
    const auto limit =
        std::chrono::nanoseconds(batch_.requests[static_cast<std::size_t>(at)].limit + kGrace);
    if (Now() - shared_.places[place].started_ns <= limit.count()) return;
    overdue_[place] = true;
    ::kill(pids_[place], SIGKILL);
  }

  const Batch& batch_;
  Shared& shared_;
  int channel_;
  std::array<pid_t, kMostWorkers> pids_ = {};
  std::array<bool, kMostWorkers> overdue_ = {};
  bool has_failed_ = false;
};

Shared* MakeShared() {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Shared;
}

std::size_t WorkersWanted() {
  cpu_set_t processors;
  const bool is_known = ::sched_getaffinity(0, sizeof processors, &processors) == 0;
  const auto count = static_cast<std::size_t>(is_known ? CPU_COUNT(&processors) : 1);
  return std::clamp<std::size_t>(count, 1, kMostWorkers);
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
  if (batch.requests.empty()) return WriteLine(channel, EndLine(batch.nonce, 0));
  Shared* shared = MakeShared();
  if (shared == nullptr) {
    Shared own;
    return TakeAndRun(batch, 0, own, channel);
  }
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);
  Workers workers(batch, *shared, channel);
  if (!workers.Begin(WorkersWanted())) return TakeAndRun(batch, 0, *shared, channel);
  return workers.Watch();
}

}  // namespace sandproof::probes
