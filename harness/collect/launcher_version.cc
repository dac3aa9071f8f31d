#include "harness/collect/launcher_version.h"

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>

#include "harness/collect/prepare.h"
#include "harness/process/process.h"
#include "harness/process/token.h"

namespace sandproof {

namespace asio = boost::asio;

struct LauncherVersions::Asked {
  explicit Asked(asio::any_io_executor executor)
      : output(executor), limit(executor), process(executor) {}

  asio::posix::stream_descriptor output;
  asio::steady_timer limit;
  Process process;  // ended with this
  std::optional<std::string> line = std::nullopt;
};

LauncherVersions::LauncherVersions(asio::any_io_executor executor)
    : executor_(std::move(executor)) {}

LauncherVersions::~LauncherVersions() = default;

void LauncherVersions::Ask(const std::vector<std::string>& command) {
  if (command.empty() || asked_.contains(command)) return;
  Result<Pipe> pipe = MakePipe();
  if (!pipe) return;
  StartOptions options{.argv = command, .env = OwnEnvironment()};
  options.fds = {{.target = 1, .source = pipe->write.get()}};
  Result<Process> process = Start(executor_, options);
  if (!process) return;
  auto asked = std::make_shared<Asked>(executor_);
  asked->process = *std::move(process);
  asked->output.assign(pipe->read.release());
  asked_[command] = std::move(asked);
}

asio::awaitable<std::string> LauncherVersions::Of(std::vector<std::string> command) {
  constexpr std::chrono::seconds kLimit(2);
  Ask(command);
  const auto found = asked_.find(command);
  if (found == asked_.end()) co_return std::string();
  const std::shared_ptr<Asked> asked = found->second;
  if (!asked->line) {
    asked->limit.expires_after(kLimit);
    asked->limit.async_wait([asked](boost::system::error_code error) {
      if (!error) asked->output.cancel(error);
    });
    std::array<char, 256> buffer = {};
    const auto [error, size] = co_await asked->output.async_read_some(asio::buffer(buffer), kToken);
    asked->limit.cancel();
    // Whoever else waited for it may have taken it.
    const std::string text(buffer.data(), error ? 0 : size);
    if (!asked->line) asked->line = text.substr(0, text.find('\n'));
  }
  co_return *asked->line;
}

}  // namespace sandproof
