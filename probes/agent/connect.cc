#include "probes/agent/connect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace sandproof::probes {

namespace {

constexpr int kWaitMs = 1500;

}  // namespace

Observation TimedOut(std::string_view name, std::string_view operand) {
  Observation observation = SetupFailed(name, operand, 0);
  observation.outcome = Outcome::kTimeout;
  return observation;
}

bool IsPortTakenHere(const Address& address) {
  const UniqueFd fd(::socket(address.Family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  return fd && ::bind(fd.get(), address.Get(), address.length) != 0 && errno == EADDRINUSE;
}

int PendingError(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

std::string HearUntil(int fd, const std::function<bool(std::string_view)>& is_whole) {
  constexpr std::size_t kMost = 8192;
  std::string heard;
  char buffer[512];
  while (heard.size() < kMost && !is_whole(heard) && PollFor(fd, POLLIN, kWaitMs)) {
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;
    heard.append(buffer, static_cast<std::size_t>(got));
  }
  return heard;
}

Address InetAddress(const Request& request) {
  return InetAddress(request.Param("host"), request.Param("port"));
}

Address InetAddress(const std::string& host, const std::string& port_text) {
  const auto port = static_cast<in_port_t>(std::atoi(port_text.c_str()));
  Address address{.text = host + ':' + port_text};
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
    address.text = '[' + host + "]:" + port_text;
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

Connected ConnectTo(const Request& request, const Address& address) {
  const auto refused = [](Observation observation) {
    return Connected{.refusal = std::move(observation)};
  };
  if (address.length == 0) return refused(SetupFailed("connect", address.text, EINVAL));
  const int type = request.Param("type") == "seqpacket" ? SOCK_SEQPACKET : SOCK_STREAM;
  const auto protocol = static_cast<int>(request.Number("protocol", 0));
  UniqueFd fd(::socket(address.Family(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  if (!fd) return refused(Denied("socket", address.text, errno));
  if (::connect(fd.get(), address.Get(), address.length) != 0) {
    if (errno != EINPROGRESS) return refused(Denied("connect", address.text, errno));
    if (!PollFor(fd.get(), POLLOUT, WaitMs(request))) {
      return refused(TimedOut("connect", address.text));
    }
    if (const int error = PendingError(fd.get())) {
      return refused(Denied("connect", address.text, error));
    }
  }
  return {.fd = std::move(fd)};
}

Observation ConnectAndHear(const Request& request, const Address& address) {
  const Connected connected = ConnectTo(request, address);
  if (connected.refusal) return *connected.refusal;
  // Whose attempt it was, for a canary that counts; one at a path leaves it unread.
  const std::string& tag = request.Param("tag");
  if (address.Family() != AF_UNIX) {
    static_cast<void>(::send(connected.fd.get(), tag.data(), tag.size(), MSG_NOSIGNAL));
  }
  const std::size_t wanted = request.Param("nonce").size();
  const std::string heard = HearUntil(
      connected.fd.get(), [wanted](std::string_view text) { return text.size() >= wanted; });
  return ReachedIf(HasNonce(request, heard), "connect", address.text);
}

Observation SendAndHear(const Request& request, const Address& address) {
  return ExchangeAndHear(request, address, request.Param("tag"));
}

Observation ExchangeAndHear(const Request& request, const Address& address,
                            std::string_view message) {
  if (address.length == 0) return SetupFailed("sendto", address.text, EINVAL);
  const UniqueFd fd(::socket(address.Family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", address.text, errno);
  if (::connect(fd.get(), address.Get(), address.length) != 0) {
    return Denied("connect", address.text, errno);
  }
  if (::send(fd.get(), message.data(), message.size(), MSG_NOSIGNAL) < 0) {
    return Denied("send", address.text, errno);
  }
  if (!PollFor(fd.get(), POLLIN, WaitMs(request))) return TimedOut("recv", address.text);
  if (const int error = PendingError(fd.get())) return Denied("recv", address.text, error);
  const std::string heard =
      HearUntil(fd.get(), [](std::string_view text) { return !text.empty(); });
  return ReachedIf(HasNonce(request, heard), "recv", address.text);
}

int WaitMs(const Request& request) { return static_cast<int>(request.Number("wait_ms", kWaitMs)); }

}  // namespace sandproof::probes
