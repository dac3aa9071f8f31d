#include "harness/canary/listeners.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "suites/property.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMostTags = 4096;

Error BindError(std::string_view what, const boost::system::error_code& error) {
  return Internal("bind(" + std::string(what) + "): " + ErrnoName(error.value()));
}

template <typename Protocol>
asio::awaitable<void> Answer(typename Protocol::socket socket, std::string nonce) {
  co_await asio::async_write(socket, asio::buffer(nonce), kToken);
}

// Accepts until the acceptor is closed; `state` keeps it alive until then.
template <typename Protocol, typename State>
asio::awaitable<void> Accept(std::shared_ptr<State> state,
                             std::shared_ptr<typename Protocol::acceptor> acceptor) {
  for (;;) {
    auto [error, socket] = co_await acceptor->async_accept(kToken);
    if (error == asio::error::operation_aborted || !acceptor->is_open()) co_return;
    if (error) continue;
    const std::string nonce = state->params.at("nonce");
    asio::co_spawn(acceptor->get_executor(), Answer<Protocol>(std::move(socket), nonce),
                   asio::detached);
  }
}

template <typename Protocol>
boost::system::error_code Listen(typename Protocol::acceptor& acceptor,
                                 const typename Protocol::endpoint& endpoint) {
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

}  // namespace

struct StreamDecoy::State {
  Params params = {};
  std::function<void()> close = {};
};

namespace {

template <typename Protocol, typename State>
void Serve(const std::shared_ptr<State>& state,
           std::shared_ptr<typename Protocol::acceptor> acceptor) {
  state->close = [acceptor] {
    boost::system::error_code ignored;
    acceptor->close(ignored);
  };
  asio::co_spawn(acceptor->get_executor(), Accept<Protocol>(state, acceptor), asio::detached);
}

}  // namespace

Result<std::unique_ptr<StreamDecoy>> StreamDecoy::Tcp(asio::any_io_executor executor,
                                                      const std::string& host,
                                                      const std::string& nonce) {
  using Tcp = asio::ip::tcp;
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(host, error);
  if (error) return BindError(host, error);
  auto acceptor = std::make_shared<Tcp::acceptor>(executor);
  error = Listen<Tcp>(*acceptor, Tcp::endpoint(address, 0));
  if (error) return BindError(host, error);
  auto state = std::make_shared<State>();
  const std::string port = std::to_string(acceptor->local_endpoint(error).port());
  state->params = {{"host", host}, {"port", port}, {"nonce", nonce}};
  Serve<Tcp>(state, std::move(acceptor));
  return std::unique_ptr<StreamDecoy>(new StreamDecoy(std::move(state)));
}

Result<std::unique_ptr<StreamDecoy>> StreamDecoy::UnixPath(asio::any_io_executor executor,
                                                           const std::string& path,
                                                           const std::string& nonce) {
  using Local = asio::local::stream_protocol;
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Internal("bind(" + path + "): the path is too long for a socket");
  }
  auto acceptor = std::make_shared<Local::acceptor>(executor);
  const auto error = Listen<Local>(*acceptor, Local::endpoint(path));
  if (error) return BindError(path, error);
  // Anybody may connect: what refuses must be the sandbox, not the file's mode.
  ::chmod(path.c_str(), 0666);
  auto state = std::make_shared<State>();
  state->params = {{"path", path}, {"nonce", nonce}};
  Serve<Local>(state, std::move(acceptor));
  return std::unique_ptr<StreamDecoy>(new StreamDecoy(std::move(state)));
}

Result<std::unique_ptr<StreamDecoy>> StreamDecoy::UnixAbstract(asio::any_io_executor executor,
                                                               const std::string& name,
                                                               const std::string& nonce) {
  using Local = asio::local::stream_protocol;
  auto acceptor = std::make_shared<Local::acceptor>(executor);
  const auto error = Listen<Local>(*acceptor, Local::endpoint(std::string(1, '\0') + name));
  if (error) return BindError("@" + name, error);
  auto state = std::make_shared<State>();
  state->params = {{"name", name}, {"nonce", nonce}};
  Serve<Local>(state, std::move(acceptor));
  return std::unique_ptr<StreamDecoy>(new StreamDecoy(std::move(state)));
}

StreamDecoy::~StreamDecoy() { state_->close(); }

const Params& StreamDecoy::params() const { return state_->params; }

struct DatagramDecoy::State {
  explicit State(asio::any_io_executor executor) : socket(executor) {}
  asio::ip::udp::socket socket;
  Params params = {};
  std::map<std::string, long> counts = {};
};

namespace {

template <typename State>
asio::awaitable<void> AnswerDatagrams(std::shared_ptr<State> state) {
  std::array<char, 256> buffer = {};
  for (;;) {
    asio::ip::udp::endpoint sender;
    const auto [error, size] =
        co_await state->socket.async_receive_from(asio::buffer(buffer), sender, kToken);
    if (error == asio::error::operation_aborted || !state->socket.is_open()) co_return;
    if (error) continue;
    const std::string tag(buffer.data(), size);
    // Tags come from outside; a flood of new ones must not grow the table without end.
    if (state->counts.size() < kMostTags || state->counts.contains(tag)) ++state->counts[tag];
    const std::string& nonce = state->params.at("nonce");
    co_await state->socket.async_send_to(asio::buffer(nonce), sender, kToken);
  }
}

}  // namespace

Result<std::unique_ptr<DatagramDecoy>> DatagramDecoy::Udp(asio::any_io_executor executor,
                                                          const std::string& host,
                                                          const std::string& nonce) {
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(host, error);
  auto state = std::make_shared<State>(executor);
  const asio::ip::udp::endpoint endpoint(address, 0);
  if (!error) state->socket.open(endpoint.protocol(), error);
  if (!error) state->socket.bind(endpoint, error);
  if (error) return BindError(host, error);
  const std::string port = std::to_string(state->socket.local_endpoint(error).port());
  state->params = {{"host", host}, {"port", port}, {"nonce", nonce}};
  asio::co_spawn(executor, AnswerDatagrams(state), asio::detached);
  return std::unique_ptr<DatagramDecoy>(new DatagramDecoy(std::move(state)));
}

DatagramDecoy::~DatagramDecoy() {
  boost::system::error_code ignored;
  state_->socket.close(ignored);
}

const Params& DatagramDecoy::params() const { return state_->params; }

long DatagramDecoy::Count(const std::string& tag) const {
  const auto found = state_->counts.find(tag);
  return found == state_->counts.end() ? 0 : found->second;
}

std::string OwnAddress() {
  ifaddrs* addresses = nullptr;
  if (::getifaddrs(&addresses) != 0) return {};
  std::string best;
  bool is_best_v4 = false;
  for (const ifaddrs* entry = addresses; entry != nullptr; entry = entry->ifa_next) {
    const bool is_usable = (entry->ifa_flags & (IFF_UP | IFF_LOOPBACK)) == IFF_UP;
    if (!is_usable || entry->ifa_addr == nullptr) continue;
    if (entry->ifa_addr->sa_family == AF_INET && !is_best_v4) {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
      best = asio::ip::address_v4(ntohl(v4->sin_addr.s_addr)).to_string();
      is_best_v4 = true;
    }
    if (entry->ifa_addr->sa_family == AF_INET6 && best.empty()) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr);
      if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) continue;
      std::array<unsigned char, 16> bytes = {};
      std::copy_n(v6->sin6_addr.s6_addr, bytes.size(), bytes.begin());
      best = asio::ip::address_v6(bytes).to_string();
    }
  }
  ::freeifaddrs(addresses);
  return best;
}

}  // namespace sandproof
