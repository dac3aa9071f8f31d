#include "probes/agent/batch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/agent/identity.h"
#include "probes/agent/inherited.h"
#include "probes/agent/mounts.h"
#include "probes/agent/planter.h"
#include "probes/agent/probe.h"
#include "probes/agent/worker.h"
#include "probes/wire/observation.h"
#include "probes/wire/request.h"

namespace sandproof::probes {

namespace {

constexpr std::size_t kLargestBatch = std::size_t{4} * 1024 * 1024;
// How long the agent waits for its request. The harness has a deadline of its own; this one is for
// an agent that somebody started by hand or whose harness died.
constexpr auto kPatience = std::chrono::seconds(60);
// A control is asked again when the sandbox has answered, and ends with its input.
constexpr auto kPatienceBetween = std::chrono::hours(1);
// Our own channel goes above the numbers that probes and planted descriptors use.
constexpr int kChannelAtLeast = 64;

// How long somebody outside may look at us after our answers: a limit for where the end of our
// input does not tell.
constexpr int kStayMs = 10'000;

struct Options {
  std::string path = {};  // of the file with the request, where it is not sent on standard input
  bool is_asked_again = false;
  int channel = -1;  // a socket for request and answers
  std::span<char*> then = {};
};

Options Parse(std::span<char*> args) {
  constexpr std::string_view kBatch = "--batch=";
  Options options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view arg = args[i];
    if (arg == "--then") {
      options.then = args.subspan(i + 1);
      break;
    }
    if (arg.starts_with("--channel=")) options.channel = std::atoi(arg.data() + 10);
    if (arg.starts_with(kBatch)) options.path = arg.substr(kBatch.size());
    if (arg == "--again") options.is_asked_again = true;
  }
  return options;
}

// Standard descriptors may be closed. Without something there, the first socket that a probe opens
// would become our standard output. Which ones were.
std::vector<int> FillStandardDescriptors() {
  std::vector<int> closed;
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    closed.push_back(fd);
    int ends[2];
    // Needs no /dev/null. The other end is closed, so that reads see the end and writes fail.
    if (::pipe(ends) == 0) ::close(ends[0] == fd ? ends[1] : ends[0]);
  }
  return closed;
}

int OpenChannel(const Options& options) {
  if (options.channel >= 0) {
    ::fcntl(options.channel, F_SETFD, FD_CLOEXEC);
    return options.channel;
  }
  const int high = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, kChannelAtLeast);
  if (high >= 0) return high;
  const int any = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  return any >= 0 ? any : STDOUT_FILENO;
}

// Reads until `enough` says so, the end, or the deadline.
std::string ReadUntil(int fd, bool (*enough)(std::string_view), std::chrono::seconds patience) {
  std::string text;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  char buffer[16384];
  while (!enough(text) && text.size() < kLargestBatch) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !PollFor(fd, POLLIN, static_cast<int>(left.count()))) break;
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

bool IsGo(std::string_view text) { return text.find("go") != std::string_view::npos; }

// Takes memory until it is killed for it, at most `most` MiB: where there is that much, it exits
// with 0.
[[noreturn]] void EndForWantOfMemory(int most) {
  constexpr std::size_t kMiB = std::size_t{1} << 20U;
  for (int i = 0; i < most; ++i) {
    void* memory =
        ::mmap(nullptr, kMiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) std::memset(memory, 1, kMiB);
  }
  ::_exit(0);
}

// In place of a request, "sandproof-end exit 7", "sandproof-end kill 11" or "sandproof-end take
// 128": to end in this way, for whoever looks at what the launcher makes of it.
void EndAsAsked(std::string_view text) {
  constexpr std::string_view kExit = "sandproof-end exit ";
  constexpr std::string_view kKill = "sandproof-end kill ";
  constexpr std::string_view kTake = "sandproof-end take ";
  if (text.starts_with(kExit)) ::_exit(std::atoi(text.data() + kExit.size()));
  if (text.starts_with(kTake)) EndForWantOfMemory(std::atoi(text.data() + kTake.size()));
  if (!text.starts_with(kKill)) return;
  const int signal = std::atoi(text.data() + kKill.size());
  const rlimit none = {};
  ::setrlimit(RLIMIT_CORE, &none);
  ::signal(signal, SIG_DFL);
  ::kill(::getpid(), signal);
}

std::optional<Batch> ReceiveBatch(const Options& options, std::chrono::seconds patience) {
  const int input = options.channel >= 0 ? options.channel : STDIN_FILENO;
  if (options.path.empty()) {
    const std::string text = ReadUntil(input, IsWholeBatch, patience);
    EndAsAsked(text);
    return DecodeBatch(text);
  }
  static_cast<void>(ReadUntil(input, IsGo, patience));
  return DecodeBatch(ReadFileAt(options.path, kLargestBatch));
}

// What is about other sandboxes is asked in several batches.
bool IsAmongPeers(const Batch& batch) {
  return std::any_of(batch.requests.begin(), batch.requests.end(),
                     [](const Request& request) { return request.probe.starts_with(kPeerProbes); });
}

// Who the agent is, by its own account.
Facts Identity() {
  Facts facts = {{"pid", {std::to_string(::getpid())}},  {"ppid", {std::to_string(::getppid())}},
                 {"uid", {std::to_string(::getuid())}},  {"euid", {std::to_string(::geteuid())}},
                 {"gid", {std::to_string(::getgid())}},  {"sid", {std::to_string(::getsid(0))}},
                 {"pgrp", {std::to_string(::getpgrp())}}};
  constexpr std::size_t kMostGroups = 64;  // a line must stay one
  std::vector<std::string>& names = facts["groups"];
  for (const gid_t group : OwnGroups()) {
    if (names.size() < kMostGroups) names.push_back(std::to_string(group));
  }
  return facts;
}

// The dispositions of signals that the agent ignores, to be given back.
class Ignored {
 public:
  Ignored() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &ignore, &old_[i]);
  }
  void GiveBack() const {
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &old_[i], nullptr);
  }

 private:
  // A launcher that closes its end early must not kill the agent between two probes.
  static constexpr std::array<int, 2> kSignals = {SIGPIPE, SIGXFSZ};
  std::array<struct sigaction, 2> old_ = {};
};

int Answer(const Options& options, int channel) {
  const std::string ready = R"({"sandproof":"ready","pid":)" + std::to_string(::getpid()) + '}';
  if (!WriteLine(channel, ready)) return 3;
  std::optional<Batch> batch = ReceiveBatch(options, kPatience);
  if (!batch) return 4;
  PrepareToStay();
  const bool plants = IsAmongPeers(*batch);
  if (plants) AdoptPlanter();
  for (; batch; batch = ReceiveBatch(options, kPatienceBetween)) {
    const std::size_t count = batch->requests.size();
    if (count > 0) {
      KnowMountinfo(batch->requests.front().Param("mountinfo"));
      KnowDescriptors(batch->requests.front().Param("descriptors"));
    }
    if (!WriteLine(channel, StartLine(batch->nonce, count, Identity()))) return 3;
    // One that has died must not be found as if it lived.
    if (plants) ReapPlanter();
    if (!RunRequests(*batch, channel)) return 3;
    if (!options.is_asked_again && !plants) break;
  }
  if (plants) AwaitPlanter();
  // The harness may still look at us from outside; its end of the pipe says when it has.
  if (options.channel >= 0) {
    static_cast<void>(PollFor(options.channel, POLLIN, kStayMs));
  } else if (options.path.empty() || IsAskedToStay()) {
    static_cast<void>(PollFor(STDIN_FILENO, POLLIN, kStayMs));
  }
  return 0;
}

// Becomes the payload, as it would have been started without us.
[[noreturn]] void Become(std::span<char*> command, const std::vector<int>& closed) {
  for (const int fd : closed) ::close(fd);
  RestoreSignals();
  std::vector<char*> argv(command.begin(), command.end());
  argv.push_back(nullptr);
  ::execvp(argv.front(), argv.data());
  // As bwrap says it.
  static_cast<void>(
      std::fprintf(stderr, "bwrap: execvp %s: %s\n", argv.front(), std::strerror(errno)));
  ::_exit(1);
}

}  // namespace

int RunBatch(std::span<char*> args) {
  const Options options = Parse(args);
  const std::vector<int> closed = FillStandardDescriptors();
  const Ignored ignored;
  const int status = Answer(options, OpenChannel(options));
  if (options.then.empty()) return status;
  ignored.GiveBack();
  Become(options.then, closed);
}

}  // namespace sandproof::probes
