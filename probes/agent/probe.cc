#include "probes/agent/probe.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "probes/agent/inherited.h"

namespace sandproof::probes {

namespace {

Observation Make(Outcome outcome, std::string_view name, std::string_view operand, int error) {
  Observation observation;
  observation.outcome = outcome;
  observation.error = error;
  observation.call = Call(name, operand);
  return observation;
}

// An observation in the bytes of a pipe: a child cannot hand back objects.
std::string Pack(const Observation& observation) {
  Params fields = {{"outcome", std::to_string(static_cast<int>(observation.outcome))},
                   {"error", std::to_string(observation.error)},
                   {"call", observation.call}};
  Request carrier{.index = 0, .probe = "child"};
  carrier.params = std::move(fields);
  for (const auto& [name, values] : observation.facts) {
    carrier.params["n:" + name] = std::to_string(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      carrier.params["f:" + name + ":" + std::to_string(i)] = values[i];
    }
  }
  return EncodeBatch(Batch{.nonce = "child", .requests = {carrier}});
}

std::optional<Observation> Unpack(std::string_view text) {
  const std::optional<Batch> batch = DecodeBatch(text);
  if (!batch || batch->requests.size() != 1) return std::nullopt;
  const Request& carrier = batch->requests.front();
  Observation observation;
  observation.outcome = static_cast<Outcome>(carrier.Number("outcome", 3));
  observation.error = static_cast<int>(carrier.Number("error", 0));
  observation.call = carrier.Param("call");
  for (const auto& [key, value] : carrier.params) {
    if (!key.starts_with("n:")) continue;
    const std::string name = key.substr(2);
    std::vector<std::string>& values = observation.facts[name];
    const long count = carrier.Number(key, 0);
    for (long i = 0; i < count; ++i) {
      values.push_back(carrier.Param("f:" + name + ":" + std::to_string(i)));
    }
  }
  return observation;
}

void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void LimitChild(const Request& request) {
  // SIGALRM's default action ends the child: the limit holds even where the attempt hangs in a
  // system call that nobody else could interrupt.
  const auto limit = request.limit.count();
  itimerval timer = {};
  timer.it_value.tv_sec = limit / 1000;
  timer.it_value.tv_usec = (limit % 1000) * 1000;
  ::signal(SIGALRM, SIG_DFL);
  ::setitimer(ITIMER_REAL, &timer, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

[[noreturn]] void RunChild(int fd, const Request& request,
                           const std::function<Observation()>& attempt) {
  LimitChild(request);
  WriteAll(fd, Pack(attempt()));
  ::_exit(0);
}

// What a child that shares our memory works on.
struct QuickChild {
  const Request& request;
  const std::function<Observation()>& attempt;
  std::optional<Observation> answer = std::nullopt;
};

int RunQuickChild(void* argument) {
  auto& child = *static_cast<QuickChild*>(argument);
  LimitChild(child.request);
  child.answer = child.attempt();
  ::_exit(0);
}

// A stack for such a child; the same one each time, since only one runs at a time.
void* QuickStackTop() {
  constexpr std::size_t kSize = std::size_t{256} * 1024;
  static void* const stack = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  return stack == MAP_FAILED ? nullptr : static_cast<char*>(stack) + kSize;
}

// Children that have answered and are still ending. A mount namespace takes the kernel milliseconds
// to take down, and nobody needs to wait for that.
std::vector<pid_t>& Ending() {
  static std::vector<pid_t> ending;
  return ending;
}

void ReapEnding(int wait_flags) {
  std::erase_if(Ending(), [&](pid_t child) { return ::waitpid(child, nullptr, wait_flags) != 0; });
}

// Makes a child; where the limit of processes is in the way, once more after the ending ones are
// gone.
pid_t MakeChild(const std::function<pid_t()>& make) {
  ReapEnding(WNOHANG);
  const pid_t child = make();
  if (child >= 0 || Ending().empty()) return child;
  ReapEnding(0);
  return make();
}

// The child's whole answer, or what it wrote until it died.
std::string ReadAnswer(int fd) {
  std::string text;
  char buffer[4096];
  while (!IsWholeBatch(text)) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

// How a child ended that gave no answer.
Observation AfterDeath(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return SetupFailed("waitpid", "", errno);
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
    return Make(Outcome::kTimeout, "child", "", 0);
  }
  if (WIFSIGNALED(status)) return Make(Outcome::kKilled, "child", "", WTERMSIG(status));
  return SetupFailed("child", "no answer", EPROTO);
}

// Shared by the agent and its workers, if it is asked for before they are forked.
std::atomic<bool>* StayFlag() {
  static void* const memory = ::mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<std::atomic<bool>*>(memory);
}

}  // namespace

std::string Call(std::string_view name, std::string_view operand) {
  std::string call(name);
  call += '(';
  call += operand;
  call += ')';
  return call;
}

Observation Reached(std::string_view name, std::string_view operand) {
  return Make(Outcome::kReached, name, operand, 0);
}

Observation Denied(std::string_view name, std::string_view operand, int error) {
  return Make(Outcome::kDenied, name, operand, error);
}

Observation SetupFailed(std::string_view name, std::string_view operand, int error) {
  return Make(Outcome::kSetupFailed, name, operand, error);
}

Observation NotProven(std::string_view name, std::string_view operand) {
  return Make(Outcome::kSetupFailed, name, operand, EBADMSG);
}

Observation ReachedIf(bool proven, std::string_view name, std::string_view operand) {
  return proven ? Reached(name, operand) : NotProven(name, operand);
}

Observation Read(std::string_view name, std::string_view operand, Facts facts) {
  Observation observation = Reached(name, operand);
  observation.facts = std::move(facts);
  return observation;
}

Observation InChild(const Request& request, const std::function<Observation()>& attempt) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return SetupFailed("pipe2", "", errno);
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t child = MakeChild(::fork);
  if (child < 0) return SetupFailed("fork", "", errno);
  if (child == 0) {
    reader.reset();
    RunChild(writer.get(), request, attempt);
  }
  writer.reset();
  const std::string text = ReadAnswer(reader.get());
  if (std::optional<Observation> observation = Unpack(text)) {
    Ending().push_back(child);
    return *std::move(observation);
  }
  return AfterDeath(child);
}

Observation InQuickChild(const Request& request, const std::function<Observation()>& attempt) {
  void* const stack = QuickStackTop();
  if (stack == nullptr) return InChild(request, attempt);
  QuickChild work{.request = request, .attempt = attempt};
  const pid_t child = MakeChild(
      [&] { return ::clone(RunQuickChild, stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &work); });
  if (child < 0) return SetupFailed("clone", "", errno);
  if (!work.answer) return AfterDeath(child);
  Ending().push_back(child);
  return *std::move(work.answer);
}

void AskToStay() {
  if (StayFlag() != nullptr) *StayFlag() = true;
}

void PrepareToStay() { static_cast<void>(StayFlag()); }

bool IsAskedToStay() { return StayFlag() != nullptr && *StayFlag(); }

std::string ReadAll(int fd, std::size_t limit) {
  std::string text;
  char buffer[4096];
  while (text.size() < limit) {
    const ssize_t got = ::read(fd, buffer, std::min(sizeof buffer, limit - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

std::string ReadFileAt(const std::string& path, std::size_t limit) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return fd ? ReadAll(fd.get(), limit) : std::string();
}

bool PollFor(int fd, short events, int timeout_ms) {
  pollfd entry = {.fd = fd, .events = events, .revents = 0};
  int ready = 0;
  while ((ready = ::poll(&entry, 1, timeout_ms)) < 0 && errno == EINTR) {
  }
  return ready > 0;
}

}  // namespace sandproof::probes
