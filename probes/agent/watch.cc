#include "probes/agent/watch.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "probes/agent/children.h"

namespace sandproof::probes {

namespace {

// Written by the handler, read by the loop: the one thing a signal handler may touch.
volatile sig_atomic_t g_sigurg_count = 0;

void OnSigurg(int /*signal*/) { g_sigurg_count = g_sigurg_count + 1; }

}  // namespace

void Tell(int control, const std::string& message) {
  static_cast<void>(::send(control, message.data(), message.size(), MSG_NOSIGNAL));
}

void CountSigurg() {
  struct sigaction action = {};
  action.sa_handler = OnSigurg;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGURG, &action, nullptr);
}

long SigurgCount() { return g_sigurg_count; }

UniqueFd ChildEnded() {
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);
  return UniqueFd(::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
}

void Reap(int control, pid_t& launcher, const std::function<void()>& on_end) {
  int status = 0;
  for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (ended != launcher) continue;
    launcher = -1;
    if (on_end) on_end();
    Tell(control, "exit " + std::to_string(status) + ' ' + (HasChildren() ? "1" : "0"));
  }
}

void Watch(int control, int child_ended, const std::function<void()>& reap,
           const std::function<bool(const std::string& message)>& obey) {
  for (;;) {
    pollfd entries[2] = {{.fd = control, .events = POLLIN, .revents = 0},
                         {.fd = child_ended, .events = POLLIN, .revents = 0}};
    if (::poll(entries, 2, -1) < 0 && errno != EINTR) return;
    if ((entries[1].revents & POLLIN) != 0) {
      signalfd_siginfo info = {};
      static_cast<void>(::read(child_ended, &info, sizeof info));
      reap();
    }
    if (entries[0].revents == 0) continue;
    char message[64];
    const ssize_t got = ::recv(control, message, sizeof message, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (!obey(std::string(message, static_cast<std::size_t>(std::max<ssize_t>(got, 0))))) return;
  }
}

}  // namespace sandproof::probes
