#include "harness/canary/responder.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <list>
#include <map>

#include "harness/process/detach.h"
#include "harness/process/token.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kMostKeys = 4096;
constexpr std::size_t kMostConnections = 256;
constexpr std::size_t kMostRequest = 4096;
// Whoever says so makes a datagram socket send its nonce to itself, for others to overhear.
constexpr std::string_view kAloud = "aloud ";

std::string TextOf(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const auto* const four = reinterpret_cast<const sockaddr_in*>(&address);
  const auto* const six = reinterpret_cast<const sockaddr_in6*>(&address);
  const void* bytes = nullptr;
  if (address.ss_family == AF_INET) bytes = &four->sin_addr;
  if (address.ss_family == AF_INET6) bytes = &six->sin6_addr;
  if (bytes == nullptr) return {};
  return ::inet_ntop(address.ss_family, bytes, text.data(), text.size());
}

// A connection that has been accepted, until its other end closes it.
struct Connection {
  explicit Connection(asio::posix::stream_descriptor descriptor) : socket(std::move(descriptor)) {}
  asio::posix::stream_descriptor socket;
  std::string heard = {};
  bool is_answered = false;
};

}  // namespace

struct Responder::State {
  State(asio::any_io_executor executor, ResponderOrder order)
      : socket(executor, order.socket.release()),
        is_connected(order.is_connected),
        manner(order.manner),
        nonce(std::move(order.nonce)) {}

  // Keys come from outside; a flood of new ones must not grow the table without end.
  void Count(const std::string& key) {
    if (!key.empty() && (counts.size() < kMostKeys || counts.contains(key))) ++counts[key];
  }

  void Close() {
    boost::system::error_code ignored;
    socket.close(ignored);
    for (const auto& connection : connections) connection->socket.close(ignored);
  }

  asio::posix::stream_descriptor socket;
  bool is_connected;
  Manner manner;
  std::string nonce;
  std::map<std::string, long> counts = {};
  std::list<std::shared_ptr<Connection>> connections = {};
};

namespace {

template <typename State>
void Answer(State& state, Connection& connection) {
  const bool has_length = state.manner == Manner::kDns;  // RFC 1035 section 4.2.2
  const std::string_view heard = connection.heard;
  const std::string_view request =
      heard.substr(has_length ? std::min<std::size_t>(2, heard.size()) : 0);
  std::string answer = AnswerTo(state.manner, request, state.nonce);
  if (answer.empty()) return;
  if (has_length) answer = std::string({'\0', static_cast<char>(answer.size())}) + answer;
  connection.is_answered = true;
  if (!heard.empty()) state.Count(TagOf(state.manner, request));
  static_cast<void>(::send(connection.socket.native_handle(), answer.data(), answer.size(),
                           MSG_NOSIGNAL | MSG_DONTWAIT));
}

// Reads what came on one connection. False when it is over.
template <typename State>
bool Hear(State& state, Connection& connection) {
  std::array<char, 1024> buffer = {};
  for (;;) {
    const ssize_t got =
        ::recv(connection.socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0 || connection.heard.size() > kMostRequest) return false;
    const bool is_first = connection.heard.empty();
    connection.heard.append(buffer.data(), static_cast<std::size_t>(got));
    // Whoever is greeted with the nonce says who he is afterwards.
    if (connection.is_answered && is_first) state.Count(TagOf(state.manner, connection.heard));
    if (!connection.is_answered) Answer(state, connection);
  }
}

template <typename State>
asio::awaitable<void> Attend(std::shared_ptr<State> state, std::shared_ptr<Connection> connection) {
  while (connection->socket.is_open() && Hear(*state, *connection)) {
    const auto [error] =
        co_await connection->socket.async_wait(asio::posix::stream_descriptor::wait_read, kToken);
    if (error) break;
  }
  boost::system::error_code ignored;
  connection->socket.close(ignored);
  state->connections.remove(connection);
}

template <typename State>
void AcceptAll(const std::shared_ptr<State>& state) {
  for (;;) {
    sockaddr_storage peer = {};
    socklen_t length = sizeof peer;
    UniqueFd fd(::accept4(state->socket.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                          &length, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!fd) return;
    state->Count(TextOf(peer));
    if (state->connections.size() >= kMostConnections) continue;
    const asio::any_io_executor executor = state->socket.get_executor();
    auto connection =
        std::make_shared<Connection>(asio::posix::stream_descriptor(executor, fd.release()));
    state->connections.push_back(connection);
    if (state->manner == Manner::kNonce) Answer(*state, *connection);
    Detach(executor, Attend(state, connection));
  }
}

template <typename State>
void ReceiveAll(State& state) {
  std::array<char, 2048> buffer = {};
  for (;;) {
    sockaddr_storage peer = {};
    socklen_t length = sizeof peer;
    auto* const address = reinterpret_cast<sockaddr*>(&peer);
    const ssize_t got = ::recvfrom(state.socket.native_handle(), buffer.data(), buffer.size(),
                                   MSG_DONTWAIT, address, &length);
    // An ICMP error about an earlier answer is told here too, and is no end.
    if (got < 0 && (errno == EINTR || errno == ECONNREFUSED || errno == EHOSTUNREACH)) continue;
    if (got < 0) return;
    const std::string_view message(buffer.data(), static_cast<std::size_t>(got));
    const std::string tag = TagOf(state.manner, message);
    // A raw socket at our own address hears its own answers.
    if (tag.empty() || tag == state.nonce) continue;
    state.Count(tag);
    state.Count(TextOf(peer));
    const std::string answer = AnswerTo(state.manner, message, state.nonce);
    if (answer.empty()) continue;
    if (state.manner == Manner::kNonce && message.starts_with(kAloud)) {
      length = sizeof peer;
      if (::getsockname(state.socket.native_handle(), address, &length) != 0) continue;
    }
    static_cast<void>(::sendto(state.socket.native_handle(), answer.data(), answer.size(),
                               MSG_NOSIGNAL | MSG_DONTWAIT, address, length));
  }
}

template <typename State>
void TakeAll(const std::shared_ptr<State>& state) {
  if (state->is_connected) {
    AcceptAll(state);
  } else {
    ReceiveAll(*state);
  }
}

// Until the socket is closed; holds the state until then.
template <typename State>
asio::awaitable<void> Listen(std::shared_ptr<State> state) {
  while (state->socket.is_open()) {
    const auto [error] =
        co_await state->socket.async_wait(asio::posix::stream_descriptor::wait_read, kToken);
    if (error) co_return;
    TakeAll(state);
  }
}

}  // namespace

Responder::Responder(asio::any_io_executor executor, ResponderOrder order)
    : state_(std::make_shared<State>(executor, std::move(order))) {
  Detach(executor, Listen(state_));
}

Responder::~Responder() { state_->Close(); }

long Responder::Arrivals(const std::string& key) {
  if (state_->socket.is_open()) TakeAll(state_);
  const auto connections = state_->connections;
  for (const auto& connection : connections) {
    if (connection->socket.is_open()) static_cast<void>(Hear(*state_, *connection));
  }
  const auto found = state_->counts.find(key);
  return found == state_->counts.end() ? 0 : found->second;
}

void Responder::Knock(const std::string& host, std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return;
  static_cast<void>(::sendto(state_->socket.native_handle(), state_->nonce.data(),
                             state_->nonce.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

}  // namespace sandproof
