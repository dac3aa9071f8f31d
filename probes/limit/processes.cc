// Attempts: clone(2) of processes that do nothing, one after another, until one is refused or there
//   are "most".
// Harmless: at most "most" and kMostProcesses at a time; they share our memory, wait, die with us,
//   and are all ended and reaped before the answer. The harness has compared "most" with what the
//   host has left.
// Tells apart: EAGAIN, a limit: of a pids cgroup, RLIMIT_NPROC, or the host's (which of them, the
//   harness reads from counters); EPERM at the first one, no process can be made at all.
// Source: clone(2) ERRORS, Documentation/admin-guide/cgroup-v2.rst "PID", setrlimit(2).
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "probes/agent/exhausting.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::limit {

namespace {

constexpr std::size_t kStack = 8192;

// They share our memory, errno with it: nothing here may fail.
int Wait(void* /*argument*/) {
  DieWithParent();
  for (;;) ::pause();
}

// Ends and reaps; how many were still there.
std::int64_t End(const std::vector<pid_t>& made) {
  for (const pid_t one : made) ::kill(one, SIGKILL);
  std::int64_t ended = 0;
  for (const pid_t one : made) {
    pid_t reaped = -1;
    while ((reaped = ::waitpid(one, nullptr, __WALL)) < 0 && errno == EINTR) {
    }
    ended += reaped == one ? 1 : 0;
  }
  return ended;
}

Observation CloneMany(std::int64_t most) {
  const std::size_t size = static_cast<std::size_t>(most) * kStack;
  void* const stacks = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stacks == MAP_FAILED) return SetupFailed("mmap", "stacks", errno);
  std::vector<pid_t> made;
  made.reserve(static_cast<std::size_t>(most));
  int error = 0;
  char* top = static_cast<char*>(stacks);
  while (error == 0 && made.size() < static_cast<std::size_t>(most)) {
    top += kStack;
    const pid_t one = ::clone(Wait, top, CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD, nullptr);
    error = one < 0 ? errno : 0;
    if (one > 0) made.push_back(one);
  }
  const std::int64_t ended = End(made);
  ::munmap(stacks, size);
  const auto count = static_cast<std::int64_t>(made.size());
  Observation observation =
      error == 0 ? Took("clone", count, "processes") : Stopped("clone", count, "processes", error);
  observation.facts["given_back"] = {std::to_string(ended) + " processes ended and reaped"};
  return observation;
}

}  // namespace

Observation Processes(const Request& request) {
  const std::int64_t most = MostOf(request, kMostProcesses);
  if (most == 0) return SetupFailed("most", "", EINVAL);
  // Not in a child: where none can be made, that is the answer.
  return CloneMany(most);
}

}  // namespace sandproof::probes::limit
