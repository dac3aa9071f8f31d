#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>

#include "harness/collect/launcher_version.h"

namespace sandproof {
namespace {

using Command = std::vector<std::string>;

// What `times` who ask at once are told.
std::vector<std::string> Told(const Command& command, int times = 1) {
  boost::asio::io_context context(1);
  LauncherVersions versions(context.get_executor());
  std::vector<std::string> told;
  const auto ask = [&]() -> boost::asio::awaitable<void> {
    told.push_back(co_await versions.Of(command));
  };
  for (int i = 0; i < times; ++i) boost::asio::co_spawn(context, ask(), boost::asio::detached);
  context.run();
  return told;
}

TEST(LauncherVersions, TellTheFirstLine) {
  EXPECT_EQ(Told({"/bin/sh", "-c", "echo launcher 1.2; echo more"}), Command{"launcher 1.2"});
}

TEST(LauncherVersions, AskOnceForAll) {
  const Command told = Told({"/bin/sh", "-c", "echo $$"}, 2);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_FALSE(told[0].empty());
  EXPECT_EQ(told[0], told[1]);
}

TEST(LauncherVersions, AreEmptyWhereNothingIsSaid) {
  EXPECT_EQ(Told({"/bin/true"}), Command{""});
  EXPECT_EQ(Told({"/nonexistent/launcher", "--version"}), Command{""});
  EXPECT_EQ(Told({}), Command{""});
}

TEST(LauncherVersions, DoNotWaitForOneThatHangs) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Told({"/bin/sleep", "60"}), Command{""});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace sandproof
