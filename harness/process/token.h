// How a coroutine awaits an operation.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sandproof {

// Gives the error beside the result, where `use_awaitable` alone would throw it.
inline constexpr auto kToken = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace sandproof
