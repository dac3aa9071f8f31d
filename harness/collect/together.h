// Several coroutines at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

#include "harness/process/token.h"

namespace sandproof {

// Begins all, and waits until the last has ended. Errors: what the first of them threw, then.
inline boost::asio::awaitable<void> All(std::vector<boost::asio::awaitable<void>> works) {
  namespace asio = boost::asio;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  asio::steady_timer done(executor, asio::steady_timer::time_point::max());
  std::size_t left = works.size();
  std::exception_ptr first;
  for (asio::awaitable<void>& work : works) {
    asio::co_spawn(executor, std::move(work), [&](const std::exception_ptr& thrown) {
      if (!first) first = thrown;
      if (--left == 0) done.cancel();
    });
  }
  while (left > 0) co_await done.async_wait(kToken);
  if (first) std::rethrow_exception(first);
}

// `step` for each number below `count`, all at once.
template <typename Step>
boost::asio::awaitable<void> ForEach(std::size_t count, Step step) {
  std::vector<boost::asio::awaitable<void>> works;
  for (std::size_t at = 0; at < count; ++at) works.push_back(step(at));
  co_await All(std::move(works));
}

}  // namespace sandproof
