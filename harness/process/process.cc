#include "harness/process/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "suites/property.h"

namespace sandproof {

namespace {

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  // exec(3) takes char* for historical reasons and changes nothing.
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

void AddNull(std::vector<ChildFd>& fds, int null) {
  for (int target = 0; target <= 2; ++target) {
    const bool is_given =
        std::any_of(fds.begin(), fds.end(), [&](const ChildFd& fd) { return fd.target == target; });
    if (!is_given) fds.push_back({.target = target, .source = null});
  }
}

// A copy of a descriptor, under the lowest number that nobody is to have; -1 and errno.
int CopyBeside(const std::vector<ChildFd>& fds, int source) {
  for (int at = 3;; ++at) {
    at = ::fcntl(source, F_DUPFD_CLOEXEC, at);
    const bool is_target = std::ranges::find(fds, at, &ChildFd::target) != fds.end();
    if (at < 0 || !is_target) return at;
    ::close(at);
  }
}

// What we were started with, once we have raised it.
std::optional<rlimit> given_limit;

// Gives a child the limit that we were started with: it takes its parent's.
class AsGiven {
 public:
  AsGiven() {
    if (!given_limit || ::getrlimit(RLIMIT_NOFILE, &ours_) != 0) return;
    is_lowered_ = ::setrlimit(RLIMIT_NOFILE, &*given_limit) == 0;
  }
  AsGiven(const AsGiven&) = delete;
  AsGiven& operator=(const AsGiven&) = delete;
  ~AsGiven() {
    if (is_lowered_) ::setrlimit(RLIMIT_NOFILE, &ours_);
  }

 private:
  rlimit ours_ = {};
  bool is_lowered_ = false;
};

// What posix_spawn(3) does in the child before exec.
class ChildSetup {
 public:
  explicit ChildSetup(bool new_session) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    const int session = new_session ? POSIX_SPAWN_SETSID : 0;
    ::posix_spawnattr_setflags(
        &attributes_, static_cast<short>(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | session));
  }
  ChildSetup(const ChildSetup&) = delete;
  ChildSetup& operator=(const ChildSetup&) = delete;
  ~ChildSetup() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  // 0 or an errno. No copy of a source has the number of a target, so that no target overwrites a
  // source that is still needed. Not above all targets: the highest may be near the limit.
  int Place(const std::vector<ChildFd>& fds) {
    for (const ChildFd& fd : fds) {
      const UniqueFd& copy = staged_.emplace_back(CopyBeside(fds, fd.source));
      if (!copy) return errno;
      const int error = ::posix_spawn_file_actions_adddup2(&actions_, copy.get(), fd.target);
      if (error != 0) return error;
    }
    return 0;
  }

  // The leader of a session without a terminal gets the one that it opens (ioctl_tty(2)).
  int OpenTerminal(const std::string& path) {
    if (path.empty()) return 0;
    int error = ::posix_spawn_file_actions_addopen(&actions_, 0, path.c_str(), O_RDWR, 0);
    for (int fd = 1; fd <= 2 && error == 0; ++fd) {
      error = ::posix_spawn_file_actions_adddup2(&actions_, 0, fd);
    }
    return error;
  }

  int ChangeDirectory(const std::string& cwd) {
    return cwd.empty() ? 0 : ::posix_spawn_file_actions_addchdir_np(&actions_, cwd.c_str());
  }

  // 0 or an errno; the child's pid.
  int Spawn(const StartOptions& options, pid_t& child) {
    const std::vector<char*> argv = Pointers(options.argv);
    const std::vector<char*> env = Pointers(options.env);
    const AsGiven limit;
    return ::posix_spawn(&child, argv.front(), &actions_, &attributes_, argv.data(), env.data());
  }

 private:
  posix_spawn_file_actions_t actions_ = {};
  posix_spawnattr_t attributes_ = {};
  std::vector<UniqueFd> staged_ = {};
};

// What we inherited ourselves is handed on by name or not at all.
void KeepDescriptors() {
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  // Before Linux 5.11, or a filter around us.
  const auto end = static_cast<int>(::sysconf(_SC_OPEN_MAX));
  for (int fd = 3; fd < end; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0) ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
  }
}

}  // namespace

Result<bool> ExpectManyDescriptors() {
  // Those of a guard have numbers below this.
  constexpr rlim_t kNeeded = 256;
  rlimit limit = {};
  if (given_limit || ::getrlimit(RLIMIT_NOFILE, &limit) != 0) return true;
  if (limit.rlim_cur < kNeeded) {
    return BadInput(
        fmt::format("the limit of open descriptors is {}, and {} are needed: ulimit -n 1024",
                    limit.rlim_cur, kNeeded));
  }
  // Not what a container may have, a thousand million: some count up to it.
  constexpr rlim_t kEnough = 65536;
  rlimit raised = limit;
  raised.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kEnough));
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) given_limit = limit;
  return true;
}

unsigned long DescriptorLimit() {
  rlimit limit = {};
  if (given_limit) return given_limit->rlim_cur;
  constexpr unsigned long kUsual = 1024;
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : kUsual;
}

Result<pid_t> Spawn(const StartOptions& options) {
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return CallError("open", "/dev/null", errno);
  std::vector<ChildFd> fds = options.fds;
  AddNull(fds, null.get());
  KeepDescriptors();
  ChildSetup setup(options.new_session);
  pid_t child = -1;
  int error = setup.Place(fds);
  if (error == 0) error = setup.OpenTerminal(options.terminal);
  if (error == 0) error = setup.ChangeDirectory(options.cwd);
  if (error == 0) error = setup.Spawn(options, child);
  if (error != 0) return CallError("exec", options.argv.front(), error);
  return child;
}

int FreeNumbers(const std::vector<ChildFd>& fds, int from, int count) {
  int number = from;
  const auto is_among = [&](const ChildFd& fd) {
    return fd.target >= number && fd.target < number + count;
  };
  for (auto in_the_way = fds.begin();
       (in_the_way = std::find_if(fds.begin(), fds.end(), is_among)) != fds.end();) {
    number = in_the_way->target + 1;
  }
  return number;
}

Result<Process> Start(boost::asio::any_io_executor executor, const StartOptions& options) {
  TRY(const pid_t child, Spawn(options));
  return Process(executor, child);
}

Result<Pipe> MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return CallError("pipe2", "", errno);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<Terminal> MakeTerminal() {
  UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!master) return CallError("posix_openpt", "", errno);
  if (::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0) {
    return CallError("unlockpt", "", errno);
  }
  std::array<char, 64> name = {};
  if (::ptsname_r(master.get(), name.data(), name.size()) != 0) {
    return CallError("ptsname", "", errno);
  }
  UniqueFd slave(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave) return CallError("open", name.data(), errno);
  return Terminal{std::move(master), std::move(slave), name.data()};
}

Result<std::pair<UniqueFd, UniqueFd>> MakeSocketPair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return CallError("socketpair", "", errno);
  }
  return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

Error CallError(std::string_view name, std::string_view operand, int error) {
  return Internal(std::string(name) + '(' + std::string(operand) + "): " + ErrnoName(error));
}

std::vector<std::string> OwnEnvironment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

std::vector<std::string> EnvironmentOf(
    const std::optional<std::map<std::string, std::string>>& given) {
  if (!given) return OwnEnvironment();
  std::vector<std::string> variables;
  for (const auto& [name, value] : *given) variables.push_back(name + '=' + value);
  return variables;
}

}  // namespace sandproof
