// Attempts: one datagram to a Unix socket of this run, which counts, and by an abstract name
// answers
//   with its nonce.
// Harmless: only a listener of this run; the datagram bears the tag of this run.
// Tells apart: ECONNREFUSED, no such name in this network namespace; ENOENT, no such path in this
//   mount namespace; EPERM and EACCES, modes, a Landlock scope or a filter.
// Why: what is sent to a path arrives from another network namespace too, but its answer does not,
//   because the sender's own name is one of that namespace.
// Source: unix(7) "Abstract sockets", "Autobind feature"; landlock(7).
#include <poll.h>
#include <sys/un.h>

#include <cerrno>

#include "probes/agent/connect.h"

namespace sandproof::probes::net {

Observation UnixDatagram(const Request& request) {
  const Address address = UnixAddress(request);
  if (address.length == 0) return SetupFailed("sendto", address.text, EINVAL);
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", address.text, errno);
  // A name of the kernel's choice, which the answer is sent to.
  sockaddr_un own = {};
  own.sun_family = AF_UNIX;
  const auto* const any = reinterpret_cast<const sockaddr*>(&own);
  if (::bind(fd.get(), any, sizeof own.sun_family) != 0) return SetupFailed("bind", "", errno);
  const std::string& tag = request.Param("tag");
  if (::sendto(fd.get(), tag.data(), tag.size(), MSG_NOSIGNAL, address.Get(), address.length) < 0) {
    return Denied("sendto", address.text, errno);
  }
  if (request.Param("name").empty()) return Reached("sendto", address.text);
  if (!PollFor(fd.get(), POLLIN, WaitMs(request))) return TimedOut("recv", address.text);
  const std::string heard =
      HearUntil(fd.get(), [](std::string_view text) { return !text.empty(); });
  return ReachedIf(HasNonce(request, heard), "recv", address.text);
}

}  // namespace sandproof::probes::net
