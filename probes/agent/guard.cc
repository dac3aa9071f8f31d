#include "probes/agent/guard.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "probes/agent/bystander.h"
#include "probes/agent/children.h"
#include "probes/agent/identity.h"
#include "probes/agent/orphans.h"
#include "probes/agent/probe.h"
#include "probes/agent/session_key.h"
#include "probes/agent/watch.h"
#include "probes/wire/user_namespace.h"

namespace sandproof::probes {

namespace {

// The end of the terminal's session must not take the guard with it before it has cleaned up. The
// launcher gets the defaults back.
constexpr int kIgnored[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGTTOU, SIGTTIN};

struct Options {
  int control = -1;
  Identity identity = {};
  bool tty = false;
  bool user_namespace = false;
  int user_ns = -1;
  int net_ns = -1;
  std::string session_key = {};
  std::span<char*> launcher = {};
};

Options Parse(std::span<char*> args) {
  Options options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view arg = args[i];
    const std::string_view value = arg.substr(std::min(arg.size(), arg.find('=') + 1));
    if (arg == "--") {
      options.launcher = args.subspan(i + 1);
      break;
    }
    if (arg.starts_with("--control=")) options.control = std::atoi(value.data());
    if (arg == "--tty") options.tty = true;
    if (arg == "--user-namespace") options.user_namespace = true;
    if (arg.starts_with("--user-ns=")) options.user_ns = std::atoi(value.data());
    if (arg.starts_with("--net-ns=")) options.net_ns = std::atoi(value.data());
    if (arg.starts_with("--session-key=")) options.session_key = value;
    ParseIdentityOption(arg, options.identity);
  }
  return options;
}

// Makes the terminal on standard input the controlling one, unprocessed, so that one character
// that is pushed into its queue can be counted.
void TakeTerminal() {
  ::ioctl(STDIN_FILENO, TIOCSCTTY, 0);
  termios settings = {};
  if (::tcgetattr(STDIN_FILENO, &settings) != 0) return;
  ::cfmakeraw(&settings);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

// Moves this process, and so the launcher, into the arena. The network namespace belongs to the
// user namespace, so that one comes first. Both descriptors are closed: nothing may inherit them.
bool EnterArena(const Options& options) {
  const UniqueFd user_ns(options.user_ns);
  const UniqueFd net_ns(options.net_ns);
  if (user_ns && ::setns(user_ns.get(), CLONE_NEWUSER) != 0) return false;
  return !net_ns || ::setns(net_ns.get(), CLONE_NEWNET) == 0;
}

[[noreturn]] void ExecLauncher(const Options& options, int report) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : kIgnored) ::signal(signal, SIG_DFL);
  // As root of the user namespace: what an unprivileged user can get.
  const bool is_ready = Assume(options.identity) &&
                        (!options.user_namespace || EnterUserNamespace(0, 0, 0) != Mapped::kNobody);
  if (is_ready) {
    std::vector<char*> argv(options.launcher.begin(), options.launcher.end());
    argv.push_back(nullptr);
    ::execvp(argv.front(), argv.data());
  }
  const int error = errno;
  static_cast<void>(::write(report, &error, sizeof error));
  ::_exit(127);
}

// Starts the launcher; -1 when it could not be, which has then been reported.
pid_t Start(const Options& options) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t launcher = ::fork();
  if (launcher == 0) ExecLauncher(options, writer.get());
  writer.reset();
  int error = launcher < 0 ? errno : 0;
  if (launcher > 0 && ::read(reader.get(), &error, sizeof error) <= 0) error = 0;
  if (error != 0) {
    Tell(options.control, "execfail " + std::to_string(error));
    return -1;
  }
  Tell(options.control, "started " + std::to_string(launcher));
  return launcher;
}

// What the launcher's standard descriptors are, the guard must not hold: the harness waits for
// their end. The terminal is kept until the launcher has ended, because its queue is counted.
class Terminal {
 public:
  explicit Terminal(bool is_kept) {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (is_kept) terminal_.reset(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    for (int fd = 0; fd <= 2; ++fd) ::dup2(null.get(), fd);
  }

  int Count() {
    int waiting = 0;
    if (terminal_ && ::ioctl(terminal_.get(), FIONREAD, &waiting) == 0) counted_ = waiting;
    return counted_;
  }

  void Close() {
    static_cast<void>(Count());
    terminal_.reset();
  }

 private:
  UniqueFd terminal_ = {};
  int counted_ = 0;
};

// "bystander GROUP UID GID"; -1 for an id: the guard's own.
bool BeginBystander(const std::string& word, Bystander& bystander) {
  int group = -1;
  long uid = -1;
  long gid = -1;
  if (std::sscanf(word.c_str(), "bystander %d %ld %ld", &group, &uid, &gid) != 3) return false;
  Identity identity;
  if (uid >= 0) identity.uid = static_cast<uid_t>(uid);
  if (gid >= 0) identity.gid = static_cast<gid_t>(gid);
  if (uid >= 0) identity.groups.emplace();
  return bystander.Begin(group, identity);
}

constexpr std::chrono::milliseconds kGrace(200);

// Until the harness has had enough.
void Serve(const Options& options, int child_ended, pid_t launcher) {
  Terminal terminal(options.tty);
  Bystander bystander;
  long counted = 0;
  // It is none of the children that the launcher may leave behind.
  const auto dismiss = [&] { counted += bystander.End(); };
  const auto on_end = [&] {
    terminal.Close();
    dismiss();
  };
  const auto reap = [&] { Reap(options.control, launcher, on_end); };
  Watch(options.control, child_ended, reap, [&](const std::string& word) {
    if (word == "orphans") {
      Tell(options.control, "orphans " + std::to_string(CountOrphans(launcher)));
      launcher = -1;
      return true;
    }
    if (word.starts_with("bystander ")) {
      const bool is_there = BeginBystander(word, bystander);
      Tell(options.control, is_there ? "bystander 0" : "bystander " + std::to_string(errno));
      return true;
    }
    // The harness is gone. Its agents find their pipes closed behind the probe that they are at,
    // which so takes away what it has made.
    if (word.empty()) AwaitChildren(kGrace);
    if (word != "count") return false;
    dismiss();
    Tell(options.control, "count " + std::to_string(SigurgCount() + counted) + ' ' +
                              std::to_string(terminal.Count()));
    return true;
  });
}

}  // namespace

int RunGuard(std::span<char*> args) {
  const Options options = Parse(args);
  if (options.control < 0 || options.launcher.empty()) return 2;
  ::fcntl(options.control, F_SETFD, FD_CLOEXEC);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::setsid();
  if (options.tty) TakeTerminal();
  CountSigurg();
  for (const int signal : kIgnored) ::signal(signal, SIG_IGN);
  if (!options.session_key.empty()) PlantSessionKey(options.session_key);
  const UniqueFd ended = ChildEnded();
  pid_t launcher = -1;
  if (EnterArena(options)) {
    launcher = Start(options);
  } else {
    Tell(options.control, "execfail " + std::to_string(errno));
  }
  if (launcher > 0) Serve(options, ended.get(), launcher);
  const int killed = EndChildren();
  Tell(options.control, "gone " + std::to_string(killed));
  return 0;
}

}  // namespace sandproof::probes
