#include "harness/capture/readiness.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

#include "harness/process/token.h"

namespace sandproof {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr std::chrono::milliseconds kLimit(1000);  // for one try

// "127.0.0.1:3000", "[::1]:3000", "localhost:3000".
bool TakeEndpoint(std::string_view text, AwaitedService& what) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), what.port);
  what.host = host == "localhost" ? "127.0.0.1" : host;
  boost::system::error_code wrong;
  static_cast<void>(asio::ip::make_address(what.host, wrong));
  return !wrong && error == std::errc() && end == port.data() + port.size() && what.port > 0;
}

asio::awaitable<bool> ConnectTcp(asio::ip::tcp::socket& socket, const AwaitedService& what) {
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(what.host), what.port);
  const auto [error] = co_await socket.async_connect(endpoint, kToken);
  co_return !error;
}

asio::awaitable<bool> AnswersHttp(const AwaitedService& what) {
  asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
  if (!co_await ConnectTcp(socket, what)) co_return false;
  const std::string request =
      fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n\r\n", what.path,
                  what.host, what.port);
  const auto [error, sent] = co_await asio::async_write(socket, asio::buffer(request), kToken);
  if (error) co_return false;
  std::array<char, 16> answer = {};  // "HTTP/1.1 200"
  const auto [failed, got] = co_await asio::async_read(socket, asio::buffer(answer, 12), kToken);
  const std::string_view text(answer.data(), got);
  co_return !failed && text.starts_with("HTTP/1.") && text[9] >= '2' && text[9] <= '3';
}

asio::awaitable<bool> TryOnce(const AwaitedService& what) {
  const auto executor = co_await asio::this_coro::executor;
  switch (what.kind) {
    case AwaitedService::Kind::kFile:
      co_return ::access(what.path.c_str(), F_OK) == 0;
    case AwaitedService::Kind::kHttp:
      co_return co_await AnswersHttp(what);
    case AwaitedService::Kind::kTcp: {
      asio::ip::tcp::socket socket(executor);
      co_return co_await ConnectTcp(socket, what);
    }
    case AwaitedService::Kind::kUnix: {
      asio::local::stream_protocol::socket socket(executor);
      const auto [error] =
          co_await socket.async_connect(asio::local::stream_protocol::endpoint(what.path), kToken);
      co_return !error;
    }
  }
  co_return false;
}

}  // namespace

Result<AwaitedService> ParseReadiness(const std::string& text) {
  AwaitedService what;
  const std::string_view all = text;
  const auto rest = [&](std::string_view scheme) { return std::string(all.substr(scheme.size())); };
  if (all.starts_with("unix:/") && all.size() < 100) {
    return AwaitedService{.kind = AwaitedService::Kind::kUnix, .path = rest("unix:")};
  }
  if (all.starts_with("file:/")) return AwaitedService{.path = rest("file:")};
  if (all.starts_with("tcp:") && TakeEndpoint(rest("tcp:"), what)) {
    what.kind = AwaitedService::Kind::kTcp;
    return what;
  }
  if (all.starts_with("http://")) {
    const std::string address = rest("http://");
    const std::size_t slash = std::min(address.find('/'), address.size());
    const std::string endpoint = address.substr(0, slash);
    const bool has_port = endpoint.rfind(':') != std::string::npos && !endpoint.ends_with(']');
    what.kind = AwaitedService::Kind::kHttp;
    what.path = slash < address.size() ? address.substr(slash) : "/";
    const bool is_plain = what.path.find_first_of(" \r\n") == std::string::npos;
    if (is_plain && TakeEndpoint(has_port ? endpoint : endpoint + ":80", what)) return what;
  }
  return BadInput("--until-ready " + text +
                  ": it must be unix:/PATH, tcp:ADDRESS:PORT, http://ADDRESS:PORT/PATH or "
                  "file:/PATH; an address is numeric, or localhost");
}

asio::awaitable<bool> IsReady(AwaitedService what) {
  asio::steady_timer limit(co_await asio::this_coro::executor, kLimit);
  const auto result = co_await (TryOnce(what) || limit.async_wait(kToken));
  co_return result.index() == 0 && std::get<0>(result);
}

}  // namespace sandproof
