// Needs the right to make network namespaces: root's, or an unprivileged user's by a user
// namespace.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "harness/arena/arena.h"

namespace sandproof {
namespace {

ArenaOrder OrderOfBoth() {
  ArenaOrder order;
  order.addresses = {"192.0.2.1", "2001:db8::1"};
  order.far = {{.family = AF_INET, .type = SOCK_STREAM, .address = "192.0.2.1", .port = 443},
               {.family = AF_INET6, .type = SOCK_STREAM, .address = "2001:db8::1", .port = 443},
               {.family = AF_INET, .type = SOCK_DGRAM, .address = "0.0.0.0", .port = 53}};
  order.near = {{.family = AF_INET, .type = SOCK_STREAM, .address = "127.0.0.1", .port = 8080},
                {.family = AF_UNIX, .type = SOCK_DGRAM, .address = "arena-test"}};
  return order;
}

Result<Arena> Made(ArenaOrder order) {
  TRY(Arena arena, Arena::Begin(std::move(order)));
  TRY(const bool is_there, arena.Wait());
  static_cast<void>(is_there);
  return arena;
}

// connect(2) from within a network, by a child: 0 or an errno.
int ConnectFrom(const Arena& arena, const ArenaNetwork& network, const SocketPlan& plan) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (arena.user_ns() >= 0 && ::setns(arena.user_ns(), CLONE_NEWUSER) != 0) ::_exit(255);
    if (::setns(network.net_ns.get(), CLONE_NEWNET) != 0) ::_exit(254);
    const int fd = ::socket(plan.family, plan.type | SOCK_NONBLOCK, 0);
    sockaddr_in6 six = {};
    sockaddr_in four = {};
    six.sin6_family = AF_INET6;
    six.sin6_port = four.sin_port = htons(plan.port);
    four.sin_family = AF_INET;
    ::inet_pton(AF_INET, plan.address.c_str(), &four.sin_addr);
    ::inet_pton(AF_INET6, plan.address.c_str(), &six.sin6_addr);
    const bool is_four = plan.family == AF_INET;
    const auto* address =
        is_four ? reinterpret_cast<sockaddr*>(&four) : reinterpret_cast<sockaddr*>(&six);
    if (::connect(fd, address, is_four ? sizeof four : sizeof six) == 0) ::_exit(0);
    if (errno != EINPROGRESS) ::_exit(errno);
    // Far less than the second after which TCP would send again what was lost.
    pollfd entry = {.fd = fd, .events = POLLOUT, .revents = 0};
    if (::poll(&entry, 1, 300) != 1) ::_exit(ETIMEDOUT);
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    ::_exit(error);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

#define ARENA_OR_SKIP(name, ...)                                             \
  Result<Arena> name = Made(__VA_ARGS__);                                    \
  if (!name)                                                                 \
  GTEST_SKIP() << name.error().message                                       \
               << ": no network namespace can be made here; run as root or " \
                  "allow user namespaces"

TEST(Arena, CarriesTheFirstPacketOfEveryNetwork) {
  ArenaOrder order = OrderOfBoth();
  order.launches = 2;
  ARENA_OR_SKIP(arena, order);
  for (const ArenaNetwork& network : arena->networks()) {
    EXPECT_EQ(ConnectFrom(*arena, network, order.far[0]), 0) << network.address4;
    EXPECT_EQ(ConnectFrom(*arena, network, order.far[1]), 0) << network.address6;
  }
}

// As a launcher does that looks its own name up, or calls home.
TEST(Arena, RefusesAtOnceWhereNobodyListens) {
  const ArenaOrder order = OrderOfBoth();
  ARENA_OR_SKIP(arena, order);
  for (const int family : {AF_INET, AF_INET6}) {
    const SocketPlan nobody{.family = family,
                            .type = SOCK_STREAM,
                            .address = family == AF_INET ? "198.51.100.53" : "2001:db8:53::53",
                            .port = 53};
    EXPECT_EQ(ConnectFrom(*arena, arena->launcher(0), nobody), ECONNREFUSED) << nobody.address;
  }
}

TEST(Arena, ShowsTheFarSideWhoSends) {
  ArenaOrder order = OrderOfBoth();
  ARENA_OR_SKIP(arena, order);
  ASSERT_EQ(ConnectFrom(*arena, arena->launcher(0), order.far[0]), 0);
  sockaddr_in peer = {};
  socklen_t length = sizeof peer;
  const int accepted =
      ::accept(arena->far()[0].fd.get(), reinterpret_cast<sockaddr*>(&peer), &length);
  ASSERT_GE(accepted, 0) << strerrorname_np(errno);
  ::close(accepted);
  char text[INET_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
  EXPECT_EQ(arena->launcher(0).address4, text);
}

TEST(Arena, GivesEveryNetworkItsOwnLoopback) {
  ArenaOrder order = OrderOfBoth();
  ARENA_OR_SKIP(arena, order);
  EXPECT_EQ(ConnectFrom(*arena, arena->controls(), order.near[0]), 0);
  EXPECT_EQ(ConnectFrom(*arena, arena->launcher(0), order.near[0]), 0);
  arena->networks()[1].sockets[0].fd.reset();
  EXPECT_EQ(ConnectFrom(*arena, arena->launcher(0), order.near[0]), ECONNREFUSED);
  EXPECT_EQ(ConnectFrom(*arena, arena->controls(), order.near[0]), 0);
}

TEST(Arena, NamesTheSocketThatCannotBeMade) {
  ArenaOrder order = OrderOfBoth();
  order.far.push_back(order.far[0]);
  ARENA_OR_SKIP(arena, order);
  EXPECT_EQ(arena->far()[3].error, "bind(192.0.2.1:443): EADDRINUSE");
  EXPECT_TRUE(arena->far()[2].error.empty());
}

TEST(Arena, SaysWhichRequestWasRefused) {
  ArenaOrder order = OrderOfBoth();
  order.addresses.emplace_back("192.0.2.1");
  const Result<Arena> arena = Made(order);
  ASSERT_FALSE(arena);
  if (arena.error().message.starts_with("unshare")) GTEST_SKIP() << arena.error().message;
  EXPECT_EQ(arena.error().message, "RTM_NEWADDR(192.0.2.1): EEXIST");
}

TEST(Arena, CostsLessThanFifteenMilliseconds) {
  using Clock = std::chrono::steady_clock;
  auto best = std::chrono::microseconds::max();
  for (int i = 0; i < 10; ++i) {
    const auto start = Clock::now();
    { ARENA_OR_SKIP(arena, OrderOfBoth()); }
    best =
        std::min(best, std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start));
  }
  RecordProperty("best_us", static_cast<int>(best.count()));
  std::printf("made and removed in %ld us\n", static_cast<long>(best.count()));
  EXPECT_LT(best, std::chrono::milliseconds(15));
}

}  // namespace
}  // namespace sandproof
