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
#include <optional>
#include <vector>

#include "probes/agent/inherited.h"
#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"
#include "probes/agent/table.h"

namespace sandproof::probes {

namespace {

using Clock = std::chrono::steady_clock;

// How long a probe may exceed its limit before its worker is killed: probes have deadlines of
// their own, and this one is only for those whose own deadline failed.
constexpr auto kGrace = std::chrono::milliseconds(300);

// How long answers may wait for others to be written with. Each write wakes the reader, which costs
// more than most probes do.
constexpr auto kPatience = std::chrono::milliseconds(1);

// One worker's place, seen by the agent that watches it.
struct Place {
  std::atomic<std::int64_t> position = -1;    // of the request that is not answered yet; -1: none
  std::atomic<std::int64_t> started_ns = -1;  // steady clock
  // Answers that are not written yet: here, so that they outlive the worker.
  std::array<char, kMaxLine + 2> lines = {};  // one line at least, as WriteLine frames it
  std::atomic<std::uint32_t> size = 0;
  std::atomic<std::uint32_t> count = 0;
};

// Workers that have something to do all the time: more would only share the processors.
constexpr std::size_t kMostBusy = 2;
// The place of one more, for what mostly waits.
constexpr std::size_t kWaitingPlace = kMostBusy;
constexpr std::size_t kPlaces = kMostBusy + 1;
// A batch that is too small for it to be worth a process.
constexpr std::size_t kFewRequests = 32;

// What a worker takes first.
enum Role : std::uint8_t {
  kMounter,   // what can share a mount namespace
  kSearcher,  // what can share one search of files
  kWaiter,    // what waits
  kAnybody,
};
constexpr std::size_t kRoles = 4;

// Shared by the agent and its workers.
struct Shared {
  // By role: how many of its requests have been taken. It may exceed their number.
  std::array<std::atomic<std::uint32_t>, kRoles> taken = {};
  std::atomic<std::uint32_t> answered = 0;  // whoever answers last writes the end line
  // Who writes, by its place; lines above PIPE_BUF would otherwise mix with another worker's. The
  // agent takes it from a dead worker.
  std::atomic<int> writer = -1;
  std::array<Place, kPlaces> places = {};
};

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

// Writes the lines of one place, while nobody else writes.
bool WriteAs(int place, Shared& shared, int channel, const std::string& lines) {
  // Most writes are over at once; whoever writes to a reader that does not read may take long.
  constexpr int kYields = 20;
  const timespec tick = {.tv_sec = 0, .tv_nsec = 100'000};
  int turns = 0;
  for (int nobody = -1; !shared.writer.compare_exchange_weak(nobody, place); nobody = -1) {
    if (++turns <= kYields) {
      ::sched_yield();
    } else {
      ::nanosleep(&tick, nullptr);
    }
  }
  const bool is_written = WriteLine(channel, lines);
  shared.writer = -1;
  return is_written;
}

// The positions of a batch's requests, by the role of who should take them.
class Queues {
 public:
  explicit Queues(const Batch& batch) {
    for (std::uint32_t at = 0; at < batch.requests.size(); ++at) {
      const Probe* probe = FindProbe(batch.requests[at].probe);
      const Role role = RoleOf(probe);
      positions_[role].push_back(at);
      if (role == kMounter) paths_.push_back(batch.requests[at].Param("path"));
    }
  }

  // The next request for a worker, of another role where there is none left of its own. nullopt
  // for a mounter whose mounts are no longer those that the others see.
  std::optional<std::uint32_t> Take(Role own, Shared& shared) const {
    for (const Role role : {own, kAnybody, kSearcher, kMounter, kWaiter}) {
      if (const auto taken = TakeFrom(role, shared)) return taken;
      // Whoever waited searches no files again: the others are at it.
      const bool is_done = own == kWaiter && role == kAnybody;
      if (IsInSharedMounts() || is_done) return std::nullopt;
    }
    return std::nullopt;
  }

  bool IsAnyLeft(Role role, const Shared& shared) const {
    return shared.taken[role] < positions_[role].size();
  }

  bool IsAnyLeft(const Shared& shared) const {
    return IsAnyLeft(kMounter, shared) || IsAnyLeft(kSearcher, shared) ||
           IsAnyLeft(kWaiter, shared) || IsAnyLeft(kAnybody, shared);
  }

  // What the requests for a mounter are about.
  const std::vector<std::string>& paths() const { return paths_; }

 private:
  static Role RoleOf(const Probe* probe) {
    if (probe == nullptr) return kAnybody;
    if (probe->shares_mounts) return kMounter;
    if (probe->searches_files) return kSearcher;
    return probe->waits ? kWaiter : kAnybody;
  }

  std::optional<std::uint32_t> TakeFrom(Role role, Shared& shared) const {
    if (!IsAnyLeft(role, shared)) return std::nullopt;
    const std::uint32_t at = shared.taken[role]++;
    if (at >= positions_[role].size()) return std::nullopt;
    return positions_[role][at];
  }

  std::array<std::vector<std::uint32_t>, kRoles> positions_ = {};
  std::vector<std::string> paths_ = {};
};

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

// Writes the answers that a place has kept, with `more` behind them, and behind the last of all the
// end line: that is not left to the end of the workers, because what probes left open takes the
// kernel milliseconds to close. False when writing failed.
bool Flush(const Batch& batch, std::size_t at, Shared& shared, int channel, std::string_view more) {
  Place& place = shared.places.at(at);
  // Emptied first: whoever dies while it writes loses answers, and no count is wrong.
  const std::uint32_t count = place.count.exchange(0);
  std::string lines(place.lines.data(), place.size.exchange(0));
  if (!lines.empty() && !more.empty()) lines += '\n';
  lines += more;
  if (!lines.empty() && !WriteAs(static_cast<int>(at), shared, channel, lines)) return false;
  // Counted once they are written: the end line must be the last.
  const bool is_last = count > 0 && (shared.answered += count) == batch.requests.size();
  if (!is_last) return true;
  return WriteAs(static_cast<int>(at), shared, channel,
                 EndLine(batch.nonce, batch.requests.size()));
}

// Keeps an answer, after writing those for which it leaves no room.
bool Keep(const Batch& batch, std::size_t at, Shared& shared, int channel,
          const std::string& line) {
  Place& place = shared.places.at(at);
  const std::string framed = "\n" + line + "\n";
  const bool is_room = place.size + framed.size() <= place.lines.size();
  if (!is_room && !Flush(batch, at, shared, channel, "")) return false;
  framed.copy(place.lines.data() + place.size, framed.size());
  place.size += static_cast<std::uint32_t>(framed.size());
  ++place.count;
  return true;
}

// How one process takes requests.
struct Turn {
  Role role = kAnybody;
  std::size_t place = 0;
  // Nobody would report our death and write what we kept: each probe is announced, and each answer
  // written at once.
  bool is_alone = false;
};

// Takes requests until none is left. False when writing failed.
bool TakeAndRun(const Batch& batch, const Queues& queues, Turn turn, Shared& shared, int channel) {
  Place& mine = shared.places.at(turn.place);
  std::int64_t written_ns = Now();
  while (const std::optional<std::uint32_t> at = queues.Take(turn.role, shared)) {
    const Request& request = batch.requests[*at];
    const std::int64_t start = Now();
    if (turn.is_alone || start - written_ns > std::chrono::nanoseconds(kPatience).count()) {
      const std::string next = TryLine(batch.nonce, request.index);
      if (!Flush(batch, turn.place, shared, channel, next)) return false;
      written_ns = start;
    }
    mine.started_ns = start;
    mine.position = *at;
    Observation observation = RunOne(request);
    observation.duration = std::chrono::microseconds((Now() - start) / 1000);
    const std::string answer = AnswerLine(batch, request, std::move(observation));
    if (!Keep(batch, turn.place, shared, channel, answer)) return false;
    mine.position = -1;
  }
  return Flush(batch, turn.place, shared, channel, "");
}

// The processors that we may run on; empty where the kernel does not say.
std::vector<int> Processors() {
  cpu_set_t set;
  std::vector<int> processors;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return processors;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) processors.push_back(cpu);
  }
  return processors;
}

// Each busy worker on a processor of its own, where there are no more: whoever answers a probe
// wakes its worker beside himself, and the other processor would stand idle.
void KeepApart(std::size_t place) {
  const std::vector<int> processors = Processors();
  if (processors.size() != kMostBusy || place == kWaitingPlace) return;
  cpu_set_t own;
  CPU_ZERO(&own);
  CPU_SET(processors[place], &own);
  ::sched_setaffinity(0, sizeof own, &own);
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
  Workers(const Batch& batch, const Queues& queues, Shared& shared, int channel)
      : batch_(batch), queues_(queues), shared_(shared), channel_(channel) {
    pids_.fill(-1);
  }

  // False when not a single worker could be had.
  bool Begin(std::size_t count) {
    const bool is_worth_it = count > 1 && batch_.requests.size() > kFewRequests;
    bool is_any = false;
    if (is_worth_it && queues_.IsAnyLeft(kWaiter, shared_)) is_any = Fork(kWaitingPlace);
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
    // One mounter is enough: two would only share the processors.
    const bool is_mounter = place == 0 && queues_.IsAnyLeft(kMounter, shared_);
    pids_[place] = ::fork();
    if (pids_[place] == 0) {
      PrepareWorker();
      KeepApart(place);
      if (is_mounter) ShareMounts(queues_.paths());
      const Turn turn{.role = is_mounter ? kMounter : RoleAt(place), .place = place};
      ::_exit(TakeAndRun(batch_, queues_, turn, shared_, channel_) ? 0 : 3);
    }
    overdue_[place] = false;
    return pids_[place] > 0;
  }

  static Role RoleAt(std::size_t place) {
    if (place == kWaitingPlace) return kWaiter;
    return place > 0 ? kSearcher : kAnybody;
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
    if (at >= 0) Bury(place, static_cast<std::size_t>(at), status);
    if (!has_failed_) has_failed_ = !Flush(batch_, place, shared_, channel_, "");
    if (has_failed_ || !queues_.IsAnyLeft(shared_)) return;
    if (place == kWaitingPlace && !queues_.IsAnyLeft(kWaiter, shared_)) return;
    // The next one goes on where this one ended, by a death or because a mounter is no place for
    // the rest. Where it cannot be had, or dies of being a worker and of no probe, we do so in
    // place.
    const bool is_viable = at >= 0 || WIFEXITED(status);
    if (is_viable && Fork(place)) return;
    has_failed_ =
        !TakeAndRun(batch_, queues_, {.place = place, .is_alone = true}, shared_, channel_);
  }

  // Answers for a worker that died of its request.
  void Bury(std::size_t place, std::size_t at, int status) {
    if (has_failed_) return;
    const Request& request = batch_.requests[at];
    Observation observation = Obituary(request, status, overdue_[place]);
    observation.duration =
        std::chrono::microseconds((Now() - shared_.places[place].started_ns) / 1000);
    const std::string line = AnswerLine(batch_, request, std::move(observation));
    has_failed_ = !Keep(batch_, place, shared_, channel_, line);
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
  const Queues& queues_;
  Shared& shared_;
  int channel_;
  std::array<pid_t, kPlaces> pids_ = {};
  std::array<bool, kPlaces> overdue_ = {};
  bool has_failed_ = false;
};

Shared* MakeShared() {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Shared;
}

std::size_t WorkersWanted() { return std::clamp<std::size_t>(Processors().size(), 1, kMostBusy); }

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
  const Queues queues(batch);
  Shared* shared = MakeShared();
  if (shared == nullptr) {
    static Shared own;
    return TakeAndRun(batch, queues, {.is_alone = true}, own, channel);
  }
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);
  Workers workers(batch, queues, *shared, channel);
  if (!workers.Begin(WorkersWanted())) {
    return TakeAndRun(batch, queues, {.is_alone = true}, *shared, channel);
  }
  return workers.Watch();
}

}  // namespace sandproof::probes
