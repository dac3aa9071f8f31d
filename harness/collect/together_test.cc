#include "harness/collect/together.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "harness/process/detach.h"

namespace sandproof {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> Step(std::size_t at, std::vector<std::size_t>& done) {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
  co_await timer.async_wait(asio::use_awaitable);
  if (at == 1) throw std::runtime_error("the second");
  done.push_back(at);
}

TEST(ForEach, EndsAllAndThrowsWhatOneThrew) {
  asio::io_context context;
  std::vector<std::size_t> done;
  Detach(context, ForEach(3, [&](std::size_t at) { return Step(at, done); }));
  EXPECT_THROW(context.run(), std::runtime_error);
  EXPECT_EQ(done, (std::vector<std::size_t>{0, 2}));
}

TEST(ForEach, IsNothingForNone) {
  asio::io_context context;
  std::vector<std::size_t> done;
  Detach(context, ForEach(0, [&](std::size_t at) { return Step(at, done); }));
  context.run();
  EXPECT_TRUE(done.empty());
}

}  // namespace
}  // namespace sandproof
