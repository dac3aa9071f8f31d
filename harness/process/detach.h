// Coroutines that nobody waits for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace sandproof {

// Begins one. What it throws comes out of the run() of its context: asio's own `detached` drops it,
// and whoever counts on the end of the coroutine would wait for ever.
template <typename Where>
void Detach(Where&& where, boost::asio::awaitable<void> work) {
  boost::asio::co_spawn(std::forward<Where>(where), std::move(work),
                        [](const std::exception_ptr& thrown) {
                          if (thrown) std::rethrow_exception(thrown);
                        });
}

}  // namespace sandproof
