// Attempts: to use the processors, "threads" of them, for "ms" milliseconds.
// Harmless: it is over after at most 300 ms, and its children die with it.
// Tells apart: nothing; facts "used_us" and "wall_us". What is too much, the harness knows, and
//   whether it was throttled.
// Source: getrusage(2), sched(7), Documentation/scheduler/sched-bwc.rst.
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <vector>

#include "probes/agent/exhausting.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::limit {

namespace {

using Clock = std::chrono::steady_clock;

constexpr long kMostThreads = 64;
constexpr long kMostMs = 300;

// A worker may be kept to one processor.
void RunAnywhere() {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) CPU_SET(cpu, &all);
  ::sched_setaffinity(0, sizeof all, &all);
}

[[noreturn]] void Burn(Clock::time_point end) {
  DieWithParent();
  while (Clock::now() < end) {
  }
  ::_exit(0);
}

long ChildrensTime() {
  rusage usage = {};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

Observation Spin(long threads, std::chrono::milliseconds time) {
  RunAnywhere();
  const Clock::time_point start = Clock::now();
  std::vector<pid_t> children;
  int error = 0;
  for (long i = 0; i < threads && error == 0; ++i) {
    const pid_t child = ::fork();
    if (child == 0) Burn(start + time);
    error = child < 0 ? errno : 0;
    if (child > 0) children.push_back(child);
  }
  for (const pid_t child : children) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (error != 0) return SetupFailed("fork", std::to_string(threads) + " processes", error);
  const auto wall = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
  return Read("spin", std::to_string(threads) + " processes",
              {{"used_us", {std::to_string(ChildrensTime())}},
               {"wall_us", {std::to_string(wall.count())}},
               {"given_back", {std::to_string(children.size()) + " processes ended and reaped"}}});
}

}  // namespace

Observation Spin(const Request& request) {
  const long threads = std::clamp(request.Number("threads", 1), 1L, kMostThreads);
  const std::chrono::milliseconds time(std::clamp(request.Number("ms", kMostMs), 1L, kMostMs));
  return InChild(request, [&] { return Spin(threads, time); });
}

}  // namespace sandproof::probes::limit
