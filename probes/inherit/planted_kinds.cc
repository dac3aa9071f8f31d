// Attempts: to use descriptors that are no files: a memfd, the end of a pipe, a socket, a pidfd and
//   a terminal that the launcher was given without close-on-exec.
// Harmless: reads what the harness put there without taking it away (pread, tee, MSG_PEEK); signal
//   0; the size of a terminal that nobody looks at.
// Tells apart: EBADF, the number was free when the payload started; EBADMSG, something else.
// Source: execve(2), tee(2), recv(2) MSG_PEEK, pidfd_send_signal(2).
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "probes/agent/inherited_fd.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

namespace {

using Nonce = std::array<char, 64>;

// What a use gave: bytes in `heard`, or -1 with errno.
using Use = ssize_t (*)(int fd, Nonce& heard);

ssize_t ReadPipe(int fd, Nonce& heard) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  const ssize_t copied = ::tee(fd, writer.get(), heard.size(), SPLICE_F_NONBLOCK);
  return copied <= 0 ? copied : ::read(reader.get(), heard.data(), heard.size());
}

struct Kind {
  const char* name;  // of its parameter too
  Use use;
  bool has_nonce;
};

constexpr Kind kKinds[] = {
    {"memfd", [](int fd, Nonce& heard) { return ::pread(fd, heard.data(), heard.size(), 0); },
     true},
    {"pipe", ReadPipe, true},
    {"socket",
     [](int fd, Nonce& heard) {
       return ::recv(fd, heard.data(), heard.size(), MSG_PEEK | MSG_DONTWAIT);
     },
     true},
    {"pidfd",
     [](int fd, Nonce&) {
       const long sent = ::syscall(SYS_pidfd_send_signal, fd, 0, nullptr, 0);
       // Of another uid, or outside our PID namespace (EINVAL), it is a pidfd all the same.
       return static_cast<ssize_t>(sent != 0 && errno != EPERM && errno != EINVAL ? -1 : 0);
     },
     false},
    {"terminal",
     [](int fd, Nonce&) {
       winsize size = {};
       return static_cast<ssize_t>(::ioctl(fd, TIOCGWINSZ, &size));
     },
     false},
};

Observation TryOne(const Kind& kind, int fd, const std::string& nonce) {
  if (!WasInherited(fd)) return Denied("fcntl", "F_GETFD", EBADF);
  Nonce heard = {};
  const ssize_t got = kind.use(fd, heard);
  if (got < 0) return Denied(kind.name, "use", errno);
  const std::string_view text(heard.data(), static_cast<std::size_t>(got));
  return ReachedIf(!kind.has_nonce || text == nonce, kind.name, "use");
}

}  // namespace

Observation PlantedKinds(const Request& request) {
  Facts facts;
  for (const Kind& kind : kKinds) {
    const auto fd = static_cast<int>(request.Number(kind.name));
    const Observation one = fd < 0 ? SetupFailed(kind.name, "not planted", EINVAL)
                                   : TryOne(kind, fd, request.Param("nonce"));
    facts[kind.name] = {std::string(Name(one.outcome)) + ' ' + std::to_string(one.error) + " - " +
                        kind.name + '(' + request.Param(kind.name) + ')'};
  }
  return Read("planted", "", std::move(facts));
}

}  // namespace sandproof::probes::inherit
