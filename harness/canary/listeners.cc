#include "harness/canary/listeners.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>

#include "harness/process/detach.h"
#include "harness/process/token.h"
#include "suites/property.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Local = asio::local::stream_protocol;
using Acceptor = std::shared_ptr<Local::acceptor>;

asio::awaitable<void> Answer(Local::socket socket, std::string nonce) {
  co_await asio::async_write(socket, asio::buffer(nonce), kToken);
}

// Accepts until the acceptor is closed.
asio::awaitable<void> Accept(Acceptor acceptor, std::string nonce) {
  for (;;) {
    auto [error, socket] = co_await acceptor->async_accept(kToken);
    if (error == asio::error::operation_aborted || !acceptor->is_open()) co_return;
    if (error) continue;
    Detach(acceptor->get_executor(), Answer(std::move(socket), nonce));
  }
}

boost::system::error_code Listen(Local::acceptor& acceptor, const Local::endpoint& endpoint) {
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

std::string TextOf(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const void* bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  if (address.sa_family == AF_INET6) {
    const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_LINKLOCAL(&six)) return {};
    bytes = &six;
  }
  const char* made = ::inet_ntop(address.sa_family, bytes, text.data(), text.size());
  return made == nullptr ? "" : made;
}

}  // namespace

struct StreamDecoy::State {
  Params params = {};
  std::function<void()> close = {};
};

Result<std::unique_ptr<StreamDecoy>> StreamDecoy::UnixPath(asio::any_io_executor executor,
                                                           const std::string& path,
                                                           const std::string& nonce) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Internal("bind(" + path + "): the path is too long for a socket");
  }
  auto acceptor = std::make_shared<Local::acceptor>(executor);
  if (const auto error = Listen(*acceptor, Local::endpoint(path))) {
    return Internal("bind(" + path + "): " + ErrnoName(error.value()));
  }
  // Anybody may connect: what refuses must be the sandbox, not the file's mode.
  ::chmod(path.c_str(), 0666);
  auto state = std::make_shared<State>();
  state->params = {{"path", path}, {"nonce", nonce}};
  state->close = [acceptor] {
    boost::system::error_code ignored;
    acceptor->close(ignored);
  };
  Detach(executor, Accept(std::move(acceptor), nonce));
  return std::unique_ptr<StreamDecoy>(new StreamDecoy(std::move(state)));
}

StreamDecoy::~StreamDecoy() { state_->close(); }

const Params& StreamDecoy::params() const { return state_->params; }

OwnAddresses FindOwnAddresses() {
  ifaddrs* addresses = nullptr;
  if (::getifaddrs(&addresses) != 0) return {};
  OwnAddresses own;
  for (const ifaddrs* entry = addresses; entry != nullptr; entry = entry->ifa_next) {
    const bool is_usable = (entry->ifa_flags & (IFF_UP | IFF_LOOPBACK)) == IFF_UP;
    if (!is_usable || entry->ifa_addr == nullptr) continue;
    const int family = entry->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    std::string& address = family == AF_INET ? own.ipv4 : own.ipv6;
    if (address.empty()) address = TextOf(*entry->ifa_addr);
  }
  ::freeifaddrs(addresses);
  return own;
}

}  // namespace sandproof
