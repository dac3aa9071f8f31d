#include "probes/agent/inherited.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace sandproof::probes {

namespace {

// Without /proc every number is tried; from this one on, somebody outside says which are open, or
// the answer says that it stopped.
constexpr int kMostTried = 16384;

struct State {
  Inherited inherited = {};
  sigset_t mask = {};
};

// The one mutable object of the agent: written once by main before anything else runs.
State& TheState() {
  static State state;
  return state;
}

std::string KindOf(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "file";
    case S_IFDIR:
      return "dir";
    case S_IFIFO:
      return "pipe";
    case S_IFSOCK:
      return "socket";
    case S_IFCHR:
      return "chr";
    case S_IFBLK:
      return "blk";
    case S_IFLNK:
      return "symlink";
    default:
      return "anon";
  }
}

std::string AccessOf(int flags) {
  if ((flags & O_PATH) != 0) return "path";
  switch (flags & O_ACCMODE) {
    case O_RDONLY:
      return "r";
    case O_WRONLY:
      return "w";
    default:
      return "rw";
  }
}

void Describe(int fd, std::vector<Inherited::Descriptor>& found) {
  const int flags = ::fcntl(fd, F_GETFL);
  struct stat status = {};
  if (flags < 0 || ::fstat(fd, &status) != 0) return;
  char link[PATH_MAX] = {};
  const std::string name = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(name.c_str(), link, sizeof link - 1);
  found.push_back({.fd = fd,
                   .kind = KindOf(status.st_mode),
                   .access = AccessOf(flags),
                   .link = length > 0 ? std::string(link, static_cast<std::size_t>(length)) : ""});
}

// Numbers from our own /proc/self/fd. A /proc of another PID namespace has no "self" for us, or
// somebody else's; the directory's own descriptor must be among its entries to be believed.
bool FromProc(std::vector<int>& numbers) {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return false;
  const int own = ::dirfd(directory);
  bool own_seen = false;
  while (const dirent* entry = ::readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    const int fd = std::atoi(entry->d_name);
    own_seen = own_seen || fd == own;
    if (fd != own && fd > 2) numbers.push_back(fd);
  }
  ::closedir(directory);
  std::sort(numbers.begin(), numbers.end());
  return own_seen;
}

void LookAtTimers(Inherited& inherited) {
  constexpr std::pair<__itimer_which_t, const char*> kTimers[] = {
      {ITIMER_REAL, "real"}, {ITIMER_VIRTUAL, "virtual"}, {ITIMER_PROF, "prof"}};
  for (const auto& [timer, name] : kTimers) {
    itimerval left = {};
    if (::getitimer(timer, &left) != 0) continue;
    if (left.it_value.tv_sec != 0 || left.it_value.tv_usec != 0) {
      inherited.timers.emplace_back(name);
    }
  }
}

void LookAtIgnored(Inherited& inherited) {
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    struct sigaction action = {};
    const bool is_read = ::sigaction(signal, nullptr, &action) == 0;
    if (is_read && action.sa_handler == SIG_IGN) inherited.ignored.push_back(signal);
  }
}

int HighestPossible() {
  // A descriptor may lie above the soft limit when the limit was lowered after it was opened, so
  // the hard limit is the better bound; neither is certain.
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kMostTried;
  return static_cast<int>(std::min<rlim_t>(std::max<rlim_t>(limit.rlim_max, 4096), kMostTried));
}

}  // namespace

void LookAtInherited() {
  State& state = TheState();
  ::sigprocmask(SIG_SETMASK, nullptr, &state.mask);
  ::prctl(PR_GET_PDEATHSIG, &state.inherited.parent_death_signal, 0, 0, 0);
  LookAtTimers(state.inherited);
  LookAtIgnored(state.inherited);
  std::vector<int> numbers;
  if (FromProc(numbers)) {
    state.inherited.complete = true;
    state.inherited.scanned_below = INT_MAX;
    for (const int fd : numbers) Describe(fd, state.inherited.descriptors);
    return;
  }
  const int highest = HighestPossible();
  for (int fd = 3; fd < highest; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) Describe(fd, state.inherited.descriptors);
  }
  state.inherited.complete = highest < kMostTried;
  state.inherited.scanned_below = highest;
}

void KnowDescriptors(std::string_view numbers) {
  Inherited& inherited = TheState().inherited;
  if (numbers.empty() || inherited.complete) return;
  while (!numbers.empty()) {
    const std::string one(numbers.substr(0, numbers.find(',')));
    numbers.remove_prefix(std::min(numbers.size(), one.size() + 1));
    const int fd = std::atoi(one.c_str());
    if (fd >= inherited.scanned_below) Describe(fd, inherited.descriptors);
  }
  inherited.complete = true;
}

const Inherited& InheritedState() { return TheState().inherited; }

void RestoreSignals() { ::sigprocmask(SIG_SETMASK, &TheState().mask, nullptr); }

}  // namespace sandproof::probes
