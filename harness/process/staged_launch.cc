#include "harness/process/staged_launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>

#include "harness/process/detach.h"
#include "harness/process/token.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

// Above what shells and scripts use for their own.
constexpr int kControl = 240;

std::vector<std::string> StageArguments(const StageOrder& order, int control) {
  std::vector<std::string> argv = {order.agent_path, "stage", fmt::format("--control={}", control)};
  if (order.user_namespace) argv.emplace_back("--user-namespace");
  if (!order.session_key.empty()) argv.push_back("--session-key=" + order.session_key);
  if (order.counts_signals) argv.emplace_back("--count-signals");
  for (const StagedCover& cover : order.covers) {
    argv.push_back("--cover=" + cover.path);
    argv.push_back("--with=" + cover.with);
    argv.push_back("--as=" + cover.as);
  }
  argv.emplace_back("--");
  argv.insert(argv.end(), order.argv.begin(), order.argv.end());
  return argv;
}

int NumberIn(std::string_view message) {
  int number = 0;
  const std::size_t at = message.find(' ');
  if (at == std::string_view::npos) return 0;
  std::from_chars(message.data() + at + 1, message.data() + message.size(), number);
  return number;
}

}  // namespace

struct StagedLaunch::State {
  explicit State(asio::any_io_executor executor)
      : control(executor), changed(executor), process(executor) {}

  void OnMessage(std::string_view message) {
    const int number = NumberIn(message);
    if (message.starts_with("started")) launcher = number;
    if (message.starts_with("uncovered")) end.cover_error = number;
    if (message.starts_with("execfail")) end.exec_error = number;
    if (message.starts_with("exit")) end.wait_status = number;
    if (message.starts_with("count ")) signals = number;
    if (message == "alone") end.is_alone = true;
    if (message.starts_with("gone")) {
      killed = number;
      is_gone = true;
    }
    changed.cancel();
  }

  asio::posix::stream_descriptor control;
  asio::steady_timer changed;
  Process process;
  StageEnd end = {};
  int launcher = -1;
  std::optional<long> signals = std::nullopt;
  long killed = 0;
  bool is_gone = false;
};

namespace {

// Holds the state, so that a launch that is dropped ends this and not the other way round.
template <typename State>
asio::awaitable<void> ReadMessages(std::shared_ptr<State> state) {
  std::array<char, 128> buffer = {};
  for (;;) {
    const auto [error, size] =
        co_await state->control.async_read_some(asio::buffer(buffer), kToken);
    if (error || size == 0) break;
    state->OnMessage(std::string_view(buffer.data(), size));
  }
  state->is_gone = true;
  state->changed.cancel();
}

}  // namespace

StagedLaunch::StagedLaunch(std::shared_ptr<State> state) : state_(std::move(state)) {}

StagedLaunch::~StagedLaunch() {
  // Closing the control socket makes the stage end everything. It must live to do so, and the
  // library would kill it with the process object.
  if (state_->process.is_open()) state_->process.detach();
  boost::system::error_code ignored;
  state_->control.close(ignored);
}

Result<std::unique_ptr<StagedLaunch>> StagedLaunch::Begin(asio::any_io_executor executor,
                                                          const StageOrder& order) {
  auto state = std::make_shared<State>(executor);
  TRY(auto control, MakeSocketPair());
  StartOptions options{.env = order.env, .fds = order.fds};
  const int number = FreeNumbers(order.fds, kControl, 1);
  options.fds.push_back({.target = number, .source = control.second.get()});
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) options.fds.push_back({.target = fd, .source = fd});
  }
  options.argv = StageArguments(order, number);
  TRY(state->process, Start(executor, options));
  state->control.assign(control.first.release());
  Detach(executor, ReadMessages(state));
  return std::unique_ptr<StagedLaunch>(new StagedLaunch(state));
}

void StagedLaunch::Signal(int number) {
  const std::string message = fmt::format("signal {}", number);
  static_cast<void>(::send(state_->control.native_handle(), message.data(), message.size(),
                           MSG_NOSIGNAL | MSG_DONTWAIT));
}

asio::awaitable<bool> StagedLaunch::WaitUntil(std::function<bool()> done,
                                              Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  while (!done()) {
    if (state->is_gone || Clock::now() >= deadline) co_return done();
    state->changed.expires_at(deadline);
    co_await state->changed.async_wait(kToken);
  }
  co_return true;
}

void StagedLaunch::Wake() { state_->changed.cancel(); }

asio::awaitable<std::optional<long>> StagedLaunch::Signals(Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  state->signals.reset();
  constexpr std::string_view kRequest = "count";
  static_cast<void>(::send(state->control.native_handle(), kRequest.data(), kRequest.size(),
                           MSG_NOSIGNAL | MSG_DONTWAIT));
  static_cast<void>(co_await WaitUntil([state] { return state->signals.has_value(); }, deadline));
  co_return state->signals;
}

asio::awaitable<long> StagedLaunch::Finish(Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  constexpr std::string_view kRequest = "end";
  static_cast<void>(::send(state->control.native_handle(), kRequest.data(), kRequest.size(),
                           MSG_NOSIGNAL | MSG_DONTWAIT));
  static_cast<void>(co_await WaitUntil([state] { return state->is_gone; }, deadline));
  if (state->is_gone) co_await state->process.async_wait(kToken);
  co_return state->killed;
}

const StageEnd& StagedLaunch::end() const { return state_->end; }

int StagedLaunch::stage_pid() const { return state_->process.id(); }

int StagedLaunch::launcher_pid() const { return state_->launcher; }

bool StagedLaunch::is_gone() const { return state_->is_gone; }

}  // namespace sandproof
