// Attempts: to be talked to from outside: a UDP socket on every address, which the canary sends its
//   nonce to and which answers with the tag of this run. The canary counts the answers.
// Harmless: one port that nobody else uses, for as long as the agent runs, at most 30 s; it answers
// the canary alone. Tells apart: EPERM and EACCES, a filter. Whether anything came, the canary
// knows. Source: udp(7), bind(2).
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

namespace {

// Never returns; ends with the agent's input. The socket becomes descriptor 1, all others but the
// input are closed: nobody waits for them.
[[noreturn]] void Answer(int socket, int ready, const Request& request) {
  constexpr unsigned kSeconds = 30;
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(kSeconds);
  const bool is_set_up = ::dup2(socket, 1) == 1 && ::write(ready, "r", 1) == 1;
  ::syscall(SYS_close_range, 2U, ~0U, 0U);
  const std::string& tag = request.Param("tag");
  char buffer[256];
  while (is_set_up) {
    pollfd entries[2] = {{.fd = 0, .events = POLLIN, .revents = 0},
                         {.fd = 1, .events = POLLIN, .revents = 0}};
    if (::poll(entries, 2, -1) < 0 && errno != EINTR) break;
    if (entries[0].revents != 0) break;
    if (entries[1].revents == 0) continue;
    sockaddr_storage peer = {};
    socklen_t length = sizeof peer;
    auto* const address = reinterpret_cast<sockaddr*>(&peer);
    // Read when it is answered: what lies unread tells the harness that an answer will come.
    const ssize_t got = ::recvfrom(1, buffer, sizeof buffer, MSG_PEEK, address, &length);
    if (got < 0 && errno != EINTR && errno != ECONNREFUSED) break;
    const bool is_knock = got >= 0 && HasNonce(request, {buffer, static_cast<std::size_t>(got)});
    if (is_knock) ::sendto(1, tag.data(), tag.size(), MSG_NOSIGNAL, address, length);
    if (got >= 0) ::recv(1, buffer, sizeof buffer, MSG_DONTWAIT);
    if (is_knock) break;  // once: the canary answers whatever it gets
  }
  ::_exit(0);
}

}  // namespace

Observation Inbound(const Request& request) {
  const Address own = InetAddress("0.0.0.0", request.Param("listen_port"));
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", "AF_INET", errno);
  if (::bind(fd.get(), own.Get(), own.length) != 0) return Denied("bind", own.text, errno);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return SetupFailed("pipe2", "", errno);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return SetupFailed("fork", "", errno);
  if (child == 0) Answer(fd.get(), writer.get(), request);
  writer.reset();
  char byte = 0;
  if (::read(reader.get(), &byte, 1) != 1) return SetupFailed("child", "no answer", EPROTO);
  AskToStay();
  return Reached("bind", own.text + ", waiting to be talked to");
}

}  // namespace sandproof::probes::net
