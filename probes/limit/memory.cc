// Attempts: to use "most" bytes of memory, page by page, in children of an eighth each; where one
//   is refused more, the next goes on.
// Harmless: at most "most", which the harness has compared with what the host has free and watches
//   from outside; the children ask to be the first that the OOM killer takes, die with us, and are
//   all ended and reaped before the answer.
// Tells apart: killed by SIGKILL, the OOM killer (that it was, the harness reads from counters);
//   ENOMEM, RLIMIT_AS or RLIMIT_DATA in each child, and EAGAIN, no further child behind such ones.
// Source: Documentation/admin-guide/cgroup-v2.rst "memory.events", cgroup-v1/memory.rst, mmap(2).
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <new>
#include <vector>

#include "probes/agent/exhausting.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::limit {

namespace {

constexpr std::int64_t kPiece = std::int64_t{4} << 20;
constexpr std::int64_t kSmallestShare = std::int64_t{32} << 20;
constexpr std::size_t kMostChildren = 128;
constexpr long kPage = 4096;

struct Child {
  pid_t pid = -1;
  UniqueFd news = {};  // one byte when it has all or is refused; its end when it dies
  UniqueFd ask = {};   // for each byte here, one there
};

// Takes up to `share`, says so, and keeps it.
[[noreturn]] void Take(int news, int ask, std::int64_t share, std::atomic<std::int64_t>& taken) {
  DieWithParent();
  OfferToOomKiller();
  char word = 'f';
  for (std::int64_t own = 0; own < share && word == 'f';) {
    const std::int64_t step = std::min(kPiece, share - own);
    auto* const memory =
        static_cast<char*>(::mmap(nullptr, static_cast<std::size_t>(step), PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (memory == MAP_FAILED) {
      word = own == 0 ? 'n' : 'e';
      break;
    }
    for (std::int64_t at = 0; at < step; at += kPage) {
      *static_cast<volatile char*>(memory + at) = 1;
      taken += std::min<std::int64_t>(kPage, step - at);
    }
    own += step;
  }
  while (::write(news, &word, 1) == 1 && ::read(ask, &word, 1) == 1) {
  }
  ::_exit(0);
}

class Children {
 public:
  explicit Children(std::atomic<std::int64_t>& taken) : taken_(taken) {}
  ~Children() { End(); }
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  // 'f' it has its share, 'e' it was refused more, 'n' it was refused all, 'k' it was killed;
  // 0 with errno where it could not be made.
  char Add(std::int64_t share) {
    int news[2];
    int ask[2];
    if (::pipe2(news, O_CLOEXEC) != 0) return 0;
    Child child{.news = UniqueFd(news[0])};
    UniqueFd writer(news[1]);
    if (::pipe2(ask, O_CLOEXEC) != 0) return 0;
    child.ask.reset(ask[1]);
    UniqueFd reader(ask[0]);
    child.pid = ::fork();
    if (child.pid == 0) Take(writer.get(), reader.get(), share, taken_);
    if (child.pid < 0) return 0;
    children_.push_back(std::move(child));
    return Await();
  }

  // Whether all still have what they took. One that is being killed has lost it already, and its
  // pipe's end may come later; but it says nothing more.
  bool AllAnswer() {
    return std::all_of(children_.begin(), children_.end(), [](const Child& child) {
      char word = '?';
      return ::write(child.ask.get(), &word, 1) == 1 && ::read(child.news.get(), &word, 1) == 1;
    });
  }

  // How many were ended or reaped.
  std::size_t End() {
    const std::size_t count = children_.size();
    for (const Child& child : children_) ::kill(child.pid, SIGKILL);
    for (const Child& child : children_) {
      while (::waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
    children_.clear();
    return count;
  }

  [[nodiscard]] std::size_t size() const { return children_.size(); }

 private:
  // The word of the last one. The OOM killer may take another one instead.
  char Await() {
    std::vector<pollfd> polled;
    for (const Child& child : children_)
      polled.push_back({.fd = child.news.get(), .events = POLLIN, .revents = 0});
    while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
    }
    const bool is_any_dead = std::any_of(polled.begin(), polled.end() - 1,
                                         [](const pollfd& one) { return one.revents != 0; });
    char word = 'k';
    const bool is_said = !is_any_dead && ::read(polled.back().fd, &word, 1) == 1;
    return is_said ? word : 'k';
  }

  std::atomic<std::int64_t>& taken_;
  std::vector<Child> children_ = {};
};

Observation Killed(std::int64_t taken) {
  Observation observation = Stopped("touch", taken, "bytes of memory", 0);
  observation.outcome = Outcome::kKilled;
  observation.error = SIGKILL;
  return observation;
}

Observation UseMuch(Children& children, std::int64_t most, const std::atomic<std::int64_t>& taken) {
  const std::int64_t share = std::max(most / 8, kSmallestShare);
  char word = 'f';
  while (taken < most) {
    if (children.size() == kMostChildren) return SetupFailed("fork", "too many", E2BIG);
    const char before = word;
    word = children.Add(std::min(share, most - taken));
    const int error = errno;
    if (word == 'k') return Killed(taken);
    if (word == 'n') return Stopped("mmap", taken, "bytes of memory", ENOMEM);
    // Of one that has its share nobody knows whether it could have had more.
    if (word == 0 && before == 'f') return SetupFailed("fork", "a child to take memory", error);
    if (word == 0) return Stopped("fork", taken, "bytes of memory", error);
  }
  return children.AllAnswer() ? Took("touch", taken, "bytes of memory") : Killed(taken);
}

}  // namespace

Observation Memory(const Request& request) {
  const std::int64_t most = MostOf(request, kMostMemory);
  if (most == 0) return SetupFailed("most", "", EINVAL);
  void* const page =
      ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return SetupFailed("mmap", "a shared page", errno);
  // Who asks one that is dead must hear of it.
  struct sigaction old = {};
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &old);
  auto* const taken = new (page) std::atomic<std::int64_t>(0);
  Children children(*taken);
  Observation observation = UseMuch(children, most, *taken);
  observation.facts["given_back"] = {std::to_string(children.End()) +
                                     " processes ended and reaped"};
  ::munmap(page, kPage);
  ::sigaction(SIGPIPE, &old, nullptr);
  return observation;
}

}  // namespace sandproof::probes::limit
