#include "harness/supervise/dial.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "harness/spec/address.h"
#include "suites/property.h"

namespace sandproof {

namespace {

struct Address {
  sockaddr_storage storage = {};
  socklen_t size = 0;
};

std::optional<Address> UnixAddress(const std::string& path) {
  Address address;
  sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = {}};
  if (path.size() >= sizeof name.sun_path) return std::nullopt;
  std::memcpy(name.sun_path, path.c_str(), path.size());
  std::memcpy(&address.storage, &name, sizeof name);
  address.size = sizeof name;
  return address;
}

Address TcpAddress(const HostPort& at) {
  Address address;
  sockaddr_in6 six = {};
  sockaddr_in four = {};
  if (::inet_pton(AF_INET6, at.host.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(at.port);
    std::memcpy(&address.storage, &six, sizeof six);
    address.size = sizeof six;
    return address;
  }
  four.sin_family = AF_INET;
  four.sin_port = htons(at.port);
  static_cast<void>(::inet_pton(AF_INET, at.host.c_str(), &four.sin_addr));
  std::memcpy(&address.storage, &four, sizeof four);
  address.size = sizeof four;
  return address;
}

// Where a check points to; nullopt for what the parser would have refused.
std::optional<Address> AddressOf(const ReadyCheck& check) {
  if (check.kind == ReadyCheck::Kind::kUnix) return UnixAddress(check.value);
  if (check.kind == ReadyCheck::Kind::kTcp) {
    const std::optional<HostPort> at = ParseHostPort(check.value);
    return at ? std::optional(TcpAddress(*at)) : std::nullopt;
  }
  const std::optional<HttpTarget> target = ParseHttpUrl(check.value);
  return target ? std::optional(TcpAddress(target->at)) : std::nullopt;
}

std::string RequestOf(const ReadyCheck& check) {
  const std::optional<HttpTarget> target = ParseHttpUrl(check.value);
  if (check.kind != ReadyCheck::Kind::kHttp || !target) return {};
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", target->path,
                     target->authority);
}

}  // namespace

Dial::Dial(const ReadyCheck& check) : request_(RequestOf(check)) {
  constexpr auto kLimit = std::chrono::seconds(1);
  deadline_ = Clock::now() + kLimit;
  Connect(check);
}

void Dial::Connect(const ReadyCheck& check) {
  const std::optional<Address> address = AddressOf(check);
  if (!address) return Fail("the address is too long, or none");
  fd_.reset(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd_) return Fail("socket: " + ErrnoName(errno));
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address->storage), address->size) ==
      0) {
    return AfterConnect();
  }
  // EAGAIN of a Unix socket: its queue is full, and there is nothing to wait for.
  if (errno != EINPROGRESS) Fail("connect: " + ErrnoName(errno));
}

void Dial::Fail(std::string why) {
  failure_ = std::move(why);
  state_ = State::kFailed;
  fd_.reset();
}

void Dial::AfterConnect() {
  was_accepted_ = true;
  if (request_.empty()) {
    state_ = State::kAnswered;
    fd_.reset();
    return;
  }
  Ask();
}

void Dial::Ask() {
  const ssize_t sent = ::send(fd_.get(), request_.data(), request_.size(), MSG_NOSIGNAL);
  // A request fits into the buffer of a new connection.
  if (sent != static_cast<ssize_t>(request_.size())) Fail("send: " + ErrnoName(errno));
}

void Dial::Read() {
  std::array<char, 512> buffer = {};
  const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return Fail(got == 0 ? "no HTTP answer" : "recv: " + ErrnoName(errno));
  answer_.append(buffer.data(), static_cast<std::size_t>(got));
  constexpr std::size_t kStatusLine = 12;  // "HTTP/1.1 200"
  if (answer_.size() < kStatusLine) return;
  const std::string status = answer_.substr(9, 3);
  if (!answer_.starts_with("HTTP/1.") || status < "100" || status > "599") {
    return Fail("no HTTP answer");
  }
  if (status >= "400") return Fail("HTTP status " + status);
  state_ = State::kAnswered;
  fd_.reset();
}

void Dial::Step() {
  if (state_ != State::kPending) return;
  if (Clock::now() >= deadline_) return Fail("no answer within a second");
  if (was_accepted_) return Read();
  pollfd entry = {.fd = fd_.get(), .events = POLLOUT, .revents = 0};
  if (::poll(&entry, 1, 0) <= 0) return;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return Fail("connect: " + ErrnoName(error));
  AfterConnect();
}

}  // namespace sandproof
