// What launchers say of their own versions.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sandproof {

// Asks each command once, whoever wants its answer.
class LauncherVersions {
 public:
  explicit LauncherVersions(boost::asio::any_io_executor executor);
  ~LauncherVersions();
  LauncherVersions(const LauncherVersions&) = delete;
  LauncherVersions& operator=(const LauncherVersions&) = delete;

  // Starts a command such as {"/usr/bin/bwrap", "--version"}. An empty one is none.
  void Ask(const std::vector<std::string>& command);
  // The first line of what it printed; empty where it said nothing within two seconds.
  [[nodiscard]] boost::asio::awaitable<std::string> Of(std::vector<std::string> command);

 private:
  struct Asked;

  boost::asio::any_io_executor executor_;
  std::map<std::vector<std::string>, std::shared_ptr<Asked>> asked_ = {};
};

}  // namespace sandproof
