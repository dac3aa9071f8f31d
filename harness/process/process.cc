#include "harness/process/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <cerrno>
#include <csignal>

#include "suites/property.h"

namespace sandproof {

namespace {

namespace v2 = boost::process::v2;

// Runs in the child between fork and exec: no allocation, no locks.
class ChildSetup {
 public:
  ChildSetup(std::vector<ChildFd> fds, const char* cwd, char* const* env)
      : fds_(std::move(fds)), staged_(fds_.size(), -1), cwd_(cwd), env_(env) {}

  template <typename Launcher>
  v2::error_code on_setup(Launcher& launcher, const v2::filesystem::path& /*program*/,
                          const char* const* /*argv*/) {
    for (const ChildFd& fd : fds_) launcher.fd_whitelist.push_back(fd.target);
    launcher.env = env_;
    return {};
  }

  template <typename Launcher>
  v2::error_code on_exec_setup(Launcher& /*launcher*/, const v2::filesystem::path& /*program*/,
                               const char* const* /*argv*/) {
    if (cwd_ != nullptr && ::chdir(cwd_) != 0) return LastError();
    ResetSignals();
    return PlaceDescriptors();
  }

  // The library would call exit(3) here and run our own handlers in the child.
  template <typename Launcher>
  void on_exec_error(Launcher& /*launcher*/, const v2::filesystem::path& /*program*/,
                     const char* const* /*argv*/, const v2::error_code& /*error*/) {
    ::_exit(127);
  }

 private:
  static v2::error_code LastError() { return {errno, boost::system::system_category()}; }

  static void ResetSignals() {
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }

  v2::error_code PlaceDescriptors() {
    // Sources first move above every target, so that no target overwrites a source.
    for (std::size_t i = 0; i < fds_.size(); ++i) {
      staged_[i] = ::fcntl(fds_[i].source, F_DUPFD_CLOEXEC, HighestTarget() + 1);
      if (staged_[i] < 0) return LastError();
    }
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    for (std::size_t i = 0; i < fds_.size(); ++i) {
      if (::dup2(staged_[i], fds_[i].target) < 0) return LastError();
    }
    return {};
  }

  int HighestTarget() const {
    int highest = 2;
    for (const ChildFd& fd : fds_) highest = std::max(highest, fd.target);
    return highest;
  }

  std::vector<ChildFd> fds_;
  std::vector<int> staged_;
  const char* cwd_;
  char* const* env_;
};

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  // exec(3) takes char* for historical reasons and changes nothing.
  for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Occupies the target numbers in our own table for as long as it lives. The library's exec-error
// pipe is made while it holds, so that it cannot get a number which the child then overwrites.
class Placeholders {
 public:
  Placeholders(const std::vector<ChildFd>& fds, int null) {
    for (const ChildFd& fd : fds) {
      if (::fcntl(fd.target, F_GETFD) >= 0) continue;
      UniqueFd holder(::fcntl(null, F_DUPFD_CLOEXEC, fd.target));
      if (holder.get() == fd.target) holders_.push_back(std::move(holder));
    }
  }

 private:
  std::vector<UniqueFd> holders_;
};

void AddNull(std::vector<ChildFd>& fds, int null) {
  for (int target = 0; target <= 2; ++target) {
    const bool is_given =
        std::any_of(fds.begin(), fds.end(), [&](const ChildFd& fd) { return fd.target == target; });
    if (!is_given) fds.push_back({.target = target, .source = null});
  }
}

}  // namespace

Result<Process> Start(boost::asio::any_io_executor executor, const StartOptions& options) {
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return CallError("open", "/dev/null", errno);
  std::vector<ChildFd> fds = options.fds;
  AddNull(fds, null.get());
  const Placeholders placeholders(fds, null.get());
  const std::vector<char*> env = Pointers(options.env);
  ChildSetup setup(fds, options.cwd.empty() ? nullptr : options.cwd.c_str(), env.data());
  const std::vector<std::string> args(options.argv.begin() + 1, options.argv.end());
  v2::error_code error;
  v2::posix::default_launcher launcher;
  Process process =
      launcher(executor, error, v2::filesystem::path(options.argv.front()), args, setup);
  if (error) return CallError("exec", options.argv.front(), error.value());
  return process;
}

Result<Pipe> MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return CallError("pipe2", "", errno);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
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

}  // namespace sandproof
