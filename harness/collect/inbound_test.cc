#include "harness/collect/inbound.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "harness/text_file.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {
namespace {

constexpr std::string_view kTable =
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
    "  141: 00000000:2710 00000000:0000 07 00000000:00000000 00:00000000 00000000     0\n"
    "10233: 0100007F:4E1F 00000000:0000 07 00000000:00000300 00:00000000 00000000     0\n";

TEST(Unread, IsWhatLiesInTheQueueOfThePort) {
  EXPECT_TRUE(IsUnread(kTable, 0x4e1f));
  EXPECT_FALSE(IsUnread(kTable, 0x2710));
}

TEST(Unread, IsNothingWhereNobodyListens) {
  EXPECT_FALSE(IsUnread(kTable, 0x2711));
  EXPECT_FALSE(IsUnread("", 1));
  EXPECT_FALSE(IsUnread("garbage:2710", 0x2710));
}

TEST(Unread, IsWhatTheKernelSays) {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in own = {.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof own;
  auto* const address = reinterpret_cast<sockaddr*>(&own);
  ASSERT_EQ(::bind(socket.get(), address, length), 0);
  ASSERT_EQ(::getsockname(socket.get(), address, &length), 0);
  const std::uint16_t port = ntohs(own.sin_port);
  EXPECT_FALSE(IsUnread(ReadTextFile("/proc/self/net/udp"), port));
  ASSERT_EQ(::sendto(socket.get(), "x", 1, 0, address, length), 1);
  EXPECT_TRUE(IsUnread(ReadTextFile("/proc/self/net/udp"), port));
  char byte = 0;
  ASSERT_EQ(::recv(socket.get(), &byte, 1, MSG_PEEK), 1);
  EXPECT_TRUE(IsUnread(ReadTextFile("/proc/self/net/udp"), port));
  ASSERT_EQ(::recv(socket.get(), &byte, 1, 0), 1);
  EXPECT_FALSE(IsUnread(ReadTextFile("/proc/self/net/udp"), port));
}

}  // namespace
}  // namespace sandproof
