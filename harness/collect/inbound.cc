#include "harness/collect/inbound.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "harness/process/token.h"
#include "harness/text_file.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

// Words of one line, separated by any number of spaces.
std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

}  // namespace

bool HasInbound(const std::vector<Request>& requests) {
  return std::ranges::any_of(requests,
                             [](const Request& request) { return request.probe == "net/inbound"; });
}

bool IsUnread(std::string_view table, std::uint16_t port) {
  const std::string local = fmt::format(":{:04X}", port);
  constexpr std::size_t kLocal = 1;
  constexpr std::size_t kQueues = 4;
  while (!table.empty()) {
    const std::size_t end = std::min(table.find('\n'), table.size());
    const std::vector<std::string_view> words = WordsOf(table.substr(0, end));
    table.remove_prefix(std::min(end + 1, table.size()));
    if (words.size() <= kQueues || !words[kLocal].ends_with(local)) continue;
    return !words[kQueues].ends_with(":00000000");
  }
  return false;
}

asio::awaitable<long> AnswersFromInside(const Arrivals& arrivals, std::optional<int> agent,
                                        std::uint16_t port) {
  constexpr std::chrono::milliseconds kPause(1);
  const auto deadline = std::chrono::steady_clock::now() + kInboundLimit;
  const auto count = [&] { return arrivals.Since(Canary::kInbound)[kInboundCount]; };
  const auto is_unread = [&] {
    return agent && IsUnread(ReadTextFile(fmt::format("/proc/{}/net/udp", *agent)), port);
  };
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (count() == 0 && is_unread() && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(kPause);
    co_await timer.async_wait(kToken);
  }
  co_return count();
}

}  // namespace sandproof
