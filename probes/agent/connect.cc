#include "probes/agent/connect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace sandproof::probes {

namespace {

constexpr int kWaitMs = 1500;

Observation TimedOut(std::string_view name, std::string_view operand) {
  Observation observation = SetupFailed(name, operand, 0);
  observation.outcome = Outcome::kTimeout;
  return observation;
}

int PendingError(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

// Bytes until `wanted` have come, the peer closed, or the time passed.
std::string Hear(int fd, std::size_t wanted) {
  std::string heard;
  char buffer[512];
  while (heard.size() < wanted && PollFor(fd, POLLIN, kWaitMs)) {
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;
    heard.append(buffer, static_cast<std::size_t>(got));
  }
  return heard;
}

}  // namespace

Address InetAddress(const Request& request) {
  const std::string& host = request.Param("host");
  const auto port = static_cast<in_port_t>(request.Number("port", 0));
  Address address{.text = host + ':' + request.Param("port")};
  auto* const four = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* const six = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, host.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    address.length = sizeof *four;
  } else if (::inet_pton(AF_INET6, host.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    address.length = sizeof *six;
    address.text = '[' + host + "]:" + request.Param("port");
  }
  return address;
}

Address UnixAddress(const Request& request) {
  const std::string& name = request.Param("name");
  const std::string& path = request.Param("path");
  Address address{.text = name.empty() ? path : '@' + name};
  auto* const local = reinterpret_cast<sockaddr_un*>(&address.storage);
  // An abstract name starts with NUL and is as long as it is; a path ends with NUL (unix(7)).
  const std::string bytes = name.empty() ? path + '\0' : '\0' + name;
  if (address.text.empty() || bytes.size() > sizeof local->sun_path) return address;
  local->sun_family = AF_UNIX;
  std::memcpy(local->sun_path, bytes.data(), bytes.size());
  address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + bytes.size());
  return address;
}

Observation ConnectAndHear(const Request& request, const Address& address) {
  if (address.length == 0) return SetupFailed("connect", address.text, EINVAL);
  const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const UniqueFd fd(::socket(address.Family(), type, 0));
  if (!fd) return Denied("socket", address.text, errno);
  if (::connect(fd.get(), address.Get(), address.length) != 0) {
    if (errno != EINPROGRESS) return Denied("connect", address.text, errno);
    if (!PollFor(fd.get(), POLLOUT, kWaitMs)) return TimedOut("connect", address.text);
    if (const int error = PendingError(fd.get())) return Denied("connect", address.text, error);
  }
  const std::string& nonce = request.Param("nonce");
  const std::string heard = Hear(fd.get(), nonce.size());
  return ReachedIf(!nonce.empty() && heard == nonce, "connect", address.text);
}

Observation SendAndHear(const Request& request, const Address& address) {
  if (address.length == 0) return SetupFailed("sendto", address.text, EINVAL);
  const UniqueFd fd(::socket(address.Family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", address.text, errno);
  if (::connect(fd.get(), address.Get(), address.length) != 0) {
    return Denied("connect", address.text, errno);
  }
  const std::string& tag = request.Param("tag");
  if (::send(fd.get(), tag.data(), tag.size(), MSG_NOSIGNAL) < 0) {
    return Denied("send", address.text, errno);
  }
  if (!PollFor(fd.get(), POLLIN, kWaitMs)) return TimedOut("recv", address.text);
  if (const int error = PendingError(fd.get())) return Denied("recv", address.text, error);
  const std::string& nonce = request.Param("nonce");
  const std::string heard = Hear(fd.get(), nonce.size());
  return ReachedIf(!nonce.empty() && heard == nonce, "recv", address.text);
}

}  // namespace sandproof::probes
