#include "probes/wire/passed_descriptors.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace sandproof {
namespace {

struct Ends {
  UniqueFd one = {};
  UniqueFd other = {};
};

Ends Connected() {
  std::array<int, 2> fds = {-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds.data()), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

TEST(PassedDescriptors, ArriveWithTheirText) {
  const Ends ends = Connected();
  std::array<int, 2> pipe = {-1, -1};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  const UniqueFd reader(pipe[0]);
  const UniqueFd writer(pipe[1]);
  ASSERT_EQ(SendWithDescriptors(ends.one.get(), "two", pipe, 0), 3);
  std::array<char, 8> text = {};
  std::vector<UniqueFd> fds;
  ASSERT_EQ(ReceiveWithDescriptors(ends.other.get(), text, kMostPassed, fds, 0), 3);
  EXPECT_EQ(std::string(text.data(), 3), "two");
  ASSERT_EQ(fds.size(), 2U);
  ASSERT_EQ(::write(fds[1].get(), "x", 1), 1);
  char byte = 0;
  ASSERT_EQ(::read(reader.get(), &byte, 1), 1);
  EXPECT_EQ(byte, 'x');
  EXPECT_NE(::fcntl(fds[0].get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(PassedDescriptors, NeedNotBeThere) {
  const Ends ends = Connected();
  ASSERT_EQ(SendWithDescriptors(ends.one.get(), "none", {}, 0), 4);
  std::array<char, 8> text = {};
  std::vector<UniqueFd> fds;
  ASSERT_EQ(ReceiveWithDescriptors(ends.other.get(), text, 1, fds, 0), 4);
  EXPECT_TRUE(fds.empty());
}

TEST(PassedDescriptors, ForWhichThereIsNoRoomAreClosed) {
  const Ends ends = Connected();
  const std::vector<int> many(kMostPassed, ends.one.get());
  ASSERT_EQ(SendWithDescriptors(ends.one.get(), "m", many, 0), 1);
  std::array<char, 8> text = {};
  std::vector<UniqueFd> fds;
  ASSERT_EQ(ReceiveWithDescriptors(ends.other.get(), text, 2, fds, 0), 1);
  EXPECT_EQ(fds.size(), 2U);
}

TEST(PassedDescriptors, AreNoMoreThanTheKernelTakes) {
  const Ends ends = Connected();
  const std::vector<int> many(kMostPassed + 1, ends.one.get());
  EXPECT_EQ(SendWithDescriptors(ends.one.get(), "m", many, 0), -1);
  EXPECT_EQ(errno, EINVAL);
}

}  // namespace
}  // namespace sandproof
