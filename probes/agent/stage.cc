#include "probes/agent/stage.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "probes/agent/children.h"
#include "probes/agent/identity.h"
#include "probes/agent/session_key.h"
#include "probes/agent/watch.h"
#include "probes/wire/unique_fd.h"
#include "probes/wire/user_namespace.h"

namespace sandproof::probes {

namespace {

// What ends the terminal's foreground must not end the stage before it has cleaned up.
constexpr int kIgnored[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGTTOU, SIGTTIN, SIGPIPE, SIGTSTP};

struct Cover {
  const char* path = nullptr;
  const char* with = nullptr;
  const char* as = nullptr;
};

struct Options {
  int control = -1;
  bool user_namespace = false;
  bool counts = false;
  std::string_view session_key = {};
  std::vector<Cover> covers = {};
  std::span<char*> launcher = {};
};

Options Parse(std::span<char*> args) {
  Options options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view arg = args[i];
    const char* value = arg.data() + std::min(arg.size(), arg.find('=') + 1);
    if (arg == "--") {
      options.launcher = args.subspan(i + 1);
      break;
    }
    if (arg.starts_with("--control=")) options.control = std::atoi(value);
    if (arg == "--user-namespace") options.user_namespace = true;
    if (arg == "--count-signals") options.counts = true;
    if (arg.starts_with("--session-key=")) options.session_key = value;
    if (arg.starts_with("--cover=")) options.covers.push_back({.path = value});
    if (arg.starts_with("--with=") && !options.covers.empty()) options.covers.back().with = value;
    if (arg.starts_with("--as=") && !options.covers.empty()) options.covers.back().as = value;
  }
  return options;
}

// Not shared: what is mounted here must not reach the host. Not private either: what the host
// mounts is still to come.
bool CoverAll(const Options& options) {
  const bool is_apart = options.user_namespace ? EnterUserNamespace(::geteuid(), ::getegid(),
                                                                    CLONE_NEWNS) != Mapped::kNobody
                                               : ::unshare(CLONE_NEWNS) == 0;
  if (!is_apart || ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return false;
  return std::all_of(options.covers.begin(), options.covers.end(), [](const Cover& one) {
    return ::mount(one.path, one.as, nullptr, MS_BIND, nullptr) == 0 &&
           ::mount(one.with, one.path, nullptr, MS_BIND, nullptr) == 0;
  });
}

struct Verdict {
  int cover_error = 0;
  int exec_error = 0;
};

[[noreturn]] void ExecLauncher(const Options& options, bool has_terminal, int report) {
  ::setpgid(0, 0);
  if (has_terminal) ::tcsetpgrp(STDIN_FILENO, ::getpid());
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : kIgnored) ::signal(signal, SIG_DFL);
  Verdict verdict;
  if (!options.covers.empty() && !CoverAll(options)) {
    verdict.cover_error = errno;
  } else {
    std::vector<char*> argv(options.launcher.begin(), options.launcher.end());
    argv.push_back(nullptr);
    ::execvp(argv.front(), argv.data());
    verdict.exec_error = errno;
  }
  static_cast<void>(::write(report, &verdict, sizeof verdict));
  ::_exit(127);
}

// The launcher's pid; -1 and the reason where it could not be started.
pid_t Fork(const Options& options, bool has_terminal, Verdict& verdict) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t launcher = ::fork();
  if (launcher == 0) ExecLauncher(options, has_terminal, writer.get());
  writer.reset();
  if (launcher < 0) verdict.exec_error = errno;
  if (launcher < 0 || ::read(reader.get(), &verdict, sizeof verdict) <= 0) return launcher;
  ::waitpid(launcher, nullptr, 0);
  return -1;
}

pid_t Start(Options& options, bool has_terminal) {
  Verdict verdict;
  pid_t launcher = Fork(options, has_terminal, verdict);
  if (launcher < 0 && verdict.cover_error != 0) {
    Tell(options.control, "uncovered " + std::to_string(verdict.cover_error));
    options.covers.clear();
    verdict = {};
    launcher = Fork(options, has_terminal, verdict);
  }
  if (launcher < 0) {
    Tell(options.control, "execfail " + std::to_string(verdict.exec_error));
  } else {
    Tell(options.control, "started " + std::to_string(launcher));
  }
  return launcher;
}

// Until the harness has had enough.
void Serve(int control, int child_ended, pid_t launcher) {
  const auto reap = [&] {
    Reap(control, launcher);
    if (launcher < 0 && !HasChildren()) Tell(control, "alone");
  };
  Watch(control, child_ended, reap, [&](const std::string& message) {
    if (message == "count") {
      Tell(control, "count " + std::to_string(SigurgCount()));
      return true;
    }
    constexpr std::string_view kSignal = "signal ";
    if (!message.starts_with(kSignal)) return false;
    if (launcher > 0) ::kill(launcher, std::atoi(message.c_str() + kSignal.size()));
    return true;
  });
}

// 0, 1 and 2 become /dev/null.
void CloseAllBut(std::vector<int> kept) {
  {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int fd = 0; null && fd <= 2; ++fd) ::dup2(null.get(), fd);
  }
  std::sort(kept.begin(), kept.end());
  unsigned first = 3;
  for (const int fd : kept) {
    if (fd < 0) continue;
    const auto number = static_cast<unsigned>(fd);
    if (number > first) ::syscall(SYS_close_range, first, number - 1, 0U);
    first = number + 1;
  }
  ::syscall(SYS_close_range, first, ~0U, 0U);
}

}  // namespace

int RunStage(std::span<char*> args) {
  Options options = Parse(args);
  if (options.control < 0 || options.launcher.empty()) return 2;
  ::fcntl(options.control, F_SETFD, FD_CLOEXEC);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t group = ::getpgrp();
  const bool has_terminal = ::isatty(STDIN_FILENO) == 1 && ::tcgetpgrp(STDIN_FILENO) == group;
  for (const int signal : kIgnored) ::signal(signal, SIG_IGN);
  const UniqueFd ended = ChildEnded();
  if (!options.session_key.empty()) PlantSessionKey(options.session_key);
  const pid_t launcher = Start(options, has_terminal);
  // A canary in the launcher's process group: who signals the whole group signals us.
  if (options.counts && launcher > 0) {
    CountSigurg();
    ::setpgid(0, launcher);
  }
  // What the launcher was given and we hold too would keep its readers waiting.
  const UniqueFd terminal(has_terminal ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : -1);
  CloseAllBut({options.control, ended.get(), terminal.get()});
  if (launcher > 0) Serve(options.control, ended.get(), launcher);
  const int killed = EndChildren();
  if (terminal) ::tcsetpgrp(terminal.get(), group);
  Tell(options.control, "gone " + std::to_string(killed));
  return 0;
}

}  // namespace sandproof::probes
