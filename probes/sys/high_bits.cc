// Attempts: calls that are refused for one argument, once more with a bit set above the 32 that the
//   kernel looks at.
// Harmless: a request to no descriptor, an invalid combination of flags, a socket that is closed.
// Tells apart: EPERM, refused both times; ENODATA, nothing of this is refused. The control asks
//   with the bit alone, to which the kernel answers as without it.
// Source: ioctl(2), seccomp(2) "Arguments", CVE-2019-10063.
#include <linux/sched.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "probes/agent/attempts.h"

namespace sandproof::probes::sys {

namespace {

struct Ruled {
  const char* name;
  long (*call)(long high);
};

constexpr Ruled kRuled[] = {
    {"ioctl TIOCSTI", [](long high) { return ::syscall(SYS_ioctl, -1, TIOCSTI | high, ""); }},
    {"ioctl TIOCLINUX", [](long high) { return ::syscall(SYS_ioctl, -1, TIOCLINUX | high, ""); }},
    {"socket AF_VSOCK",
     [](long high) {
       return ::syscall(SYS_socket, AF_VSOCK | high, SOCK_STREAM | SOCK_CLOEXEC, 0);
     }},
    // Invalid whatever else is set, so that nothing is made.
    {"clone CLONE_NEWUSER",
     [](long high) {
       return ::syscall(SYS_clone, CLONE_NEWUSER | CLONE_THREAD | high, 0, 0, 0, 0);
     }},
};

// The descriptor is left to the end of the child.
Observation Ask(const Ruled& one, long high) {
  const char* const operand = high != 0 ? "1 << 32 added" : "as it is";
  return one.call(high) >= 0 ? Reached(one.name, operand) : Denied(one.name, operand, errno);
}

bool IsRefused(const Observation& answer) {
  if (answer.outcome == Outcome::kKilled) return answer.error == SIGSYS;
  return answer.outcome == Outcome::kDenied &&
         (answer.error == EPERM || answer.error == EACCES || answer.error == ENOSYS ||
          answer.error == EAFNOSUPPORT);
}

}  // namespace

Observation HighBits(const Request& request) {
  constexpr long kHigh = 1L << 32;
  std::vector<Attempt> attempts;
  for (const Ruled& one : kRuled) {
    attempts.emplace_back([&one] { return Ask(one, 0); });
    attempts.emplace_back([&one] { return Ask(one, kHigh); });
  }
  std::vector<Observation> answers = TryEach(request, attempts);
  if (answers.size() < attempts.size()) return std::move(answers.front());
  const bool is_control = !request.Param("control").empty();
  bool is_any_refused = false;
  for (std::size_t i = 0; i + 1 < answers.size(); i += 2) {
    const bool is_refused = IsRefused(answers[i]);
    is_any_refused = is_any_refused || is_refused;
    const bool is_let_in = !IsRefused(answers[i + 1]) && (is_refused || is_control);
    if (is_let_in) return Reached(kRuled[i / 2].name, "1 << 32 added");
  }
  return Denied("calls", "1 << 32 added", is_any_refused ? EPERM : ENODATA);
}

}  // namespace sandproof::probes::sys
