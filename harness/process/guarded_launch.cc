#include "harness/process/guarded_launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdlib>

#include "harness/process/detach.h"
#include "harness/process/token.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

// From here on, where no descriptor of the launcher is.
constexpr int kNumbers = 100;
constexpr std::size_t kStderrTail = 4096;
constexpr std::size_t kStderrHead = std::size_t{64} * 1024;

// The numbers in a guard's message, after its first word.
std::vector<long> Numbers(std::string_view message) {
  std::vector<long> numbers;
  const char* end = message.data() + message.size();
  for (std::size_t at = message.find(' '); at != std::string_view::npos;
       at = message.find(' ', at + 1)) {
    long number = 0;
    std::from_chars(message.data() + at + 1, end, number);
    numbers.push_back(number);
  }
  return numbers;
}

// A pty's two ends as those of a pipe: the master is ours; the slave becomes the child's 0, 1
// and 2.
Result<Pipe> TerminalEnds() {
  TRY(Terminal terminal, MakeTerminal());
  return Pipe{std::move(terminal.master), std::move(terminal.slave)};
}

// Under which numbers the guard finds what it is given for itself; -1: nothing.
struct GuardNumbers {
  int control = -1;
  int user_ns = -1;
  int net_ns = -1;
};

std::vector<std::string> GuardArguments(const LaunchOrder& order, const GuardNumbers& numbers) {
  std::vector<std::string> argv = {order.agent_path, "guard",
                                   fmt::format("--control={}", numbers.control)};
  if (order.run_as) {
    argv.push_back(fmt::format("--uid={}", order.run_as->uid));
    argv.push_back(fmt::format("--gid={}", order.run_as->gid));
    argv.push_back(fmt::format("--groups={}", fmt::join(order.run_as->groups, ",")));
  }
  for (const auto& [option, number] :
       {std::pair("--user-ns", numbers.user_ns), std::pair("--net-ns", numbers.net_ns)}) {
    if (number >= 0) argv.push_back(fmt::format("{}={}", option, number));
  }
  if (order.terminal) argv.emplace_back("--tty");
  if (order.user_namespace) argv.emplace_back("--user-namespace");
  if (!order.session_key.empty()) argv.push_back("--session-key=" + order.session_key);
  argv.emplace_back("--");
  argv.insert(argv.end(), order.argv.begin(), order.argv.end());
  return argv;
}

// The guard enters them before it starts the launcher, and closes them.
void GiveNamespaces(const LaunchOrder& order, GuardNumbers& numbers, std::vector<ChildFd>& fds) {
  if (order.user_ns >= 0) {
    numbers.user_ns = numbers.control + 1;
    fds.push_back({.target = numbers.user_ns, .source = order.user_ns});
  }
  if (order.net_ns >= 0) {
    numbers.net_ns = numbers.control + 2;
    fds.push_back({.target = numbers.net_ns, .source = order.net_ns});
  }
}

}  // namespace

struct GuardedLaunch::State {
  explicit State(asio::any_io_executor executor)
      : input(executor),
        output(executor),
        errors(executor),
        control(executor),
        changed(executor),
        process(executor) {}

  void Changed() { changed.cancel(); }

  void Close() {
    boost::system::error_code ignored;
    input.close(ignored);
    output.close(ignored);
    errors.close(ignored);
    control.close(ignored);
    output_ended = true;
    Changed();
  }

  asio::posix::stream_descriptor input;  // a terminal's input goes through `output`
  asio::posix::stream_descriptor output;
  asio::posix::stream_descriptor errors;
  asio::posix::stream_descriptor control;
  asio::steady_timer changed;
  Process process;
  OnOutput on_output = {};
  std::optional<AdoptedLaunch> adopted = std::nullopt;  // its channel is `output`
  std::function<bool()> on_errors = {};
  LaunchEnd end = {};
  std::optional<GuardCounts> counts = std::nullopt;
  std::optional<long> orphans = std::nullopt;
  std::optional<int> bystander_error = std::nullopt;  // 0: he is there
  std::string stderr_tail = {};
  std::string stderr_head = {};
  bool terminal = false;
  unsigned long terminal_device = 0;
  std::uint64_t input_pipe = 0;
  bool output_ended = false;
  bool gone = false;
  bool is_asked_to_end = false;
};

namespace {

template <typename State>
void OnMessage(State& state, std::string_view message) {
  const std::vector<long> numbers = Numbers(message);
  if (message.starts_with("execfail") && !numbers.empty()) {
    state.end.exec_error = static_cast<int>(numbers[0]);
  } else if (message.starts_with("exit") && numbers.size() == 2) {
    state.end.wait_status = static_cast<int>(numbers[0]);
    state.end.left_children = numbers[1] != 0;
  } else if (message.starts_with("count") && numbers.size() == 2) {
    state.counts = GuardCounts{numbers[0], numbers[1]};
  } else if (message.starts_with("bystander") && numbers.size() == 1) {
    state.bystander_error = static_cast<int>(numbers[0]);
  } else if (message.starts_with("orphans") && numbers.size() == 1) {
    state.orphans = numbers[0];
  } else if (message.starts_with("gone")) {
    state.gone = true;
  }
  state.Changed();
}

// Sends the guard a request, and waits until `answer`, a part of the state, has come. Without one
// it stays empty: the guard is gone, or the deadline has passed.
template <typename State, typename Answer>
asio::awaitable<void> AskGuard(std::shared_ptr<State> state, std::string request,
                               const std::optional<Answer>& answer,
                               GuardedLaunch::Clock::time_point deadline) {
  const auto [error, size] =
      co_await state->control.async_write_some(asio::buffer(request), kToken);
  if (error || size != request.size()) co_return;
  while (!answer && !state->gone && GuardedLaunch::Clock::now() < deadline) {
    state->changed.expires_at(deadline);
    co_await state->changed.async_wait(kToken);
  }
}

// The loops hold the state, so that a launch that is dropped ends them and not the other way round.
template <typename State>
asio::awaitable<void> ReadControl(std::shared_ptr<State> state) {
  std::array<char, 256> buffer = {};
  for (;;) {
    const auto [error, size] =
        co_await state->control.async_read_some(asio::buffer(buffer), kToken);
    if (error || size == 0) break;
    OnMessage(*state, std::string_view(buffer.data(), size));
  }
  state->gone = true;
  state->Changed();
}

template <typename State>
asio::awaitable<void> ReadOutput(std::shared_ptr<State> state) {
  std::array<char, 16384> buffer = {};
  for (;;) {
    const auto [error, size] = co_await state->output.async_read_some(asio::buffer(buffer), kToken);
    if (error || size == 0) break;
    const std::string_view bytes(buffer.data(), size);
    if (state->on_output && state->on_output(bytes)) state->Changed();
  }
  state->output_ended = true;
  if (state->adopted) state->gone = true;
  state->Changed();
}

template <typename State>
asio::awaitable<void> ReadErrors(std::shared_ptr<State> state) {
  std::array<char, 4096> buffer = {};
  for (;;) {
    const auto [error, size] = co_await state->errors.async_read_some(asio::buffer(buffer), kToken);
    if (error || size == 0) co_return;
    std::string& head = state->stderr_head;
    head.append(buffer.data(), std::min(size, kStderrHead - head.size()));
    std::string& tail = state->stderr_tail;
    tail.append(buffer.data(), size);
    if (tail.size() > kStderrTail) tail.erase(0, tail.size() - kStderrTail);
    if (state->on_errors && state->on_errors()) state->Changed();
  }
}

}  // namespace

GuardedLaunch::GuardedLaunch(std::shared_ptr<State> state) : state_(std::move(state)) {}

GuardedLaunch::~GuardedLaunch() {
  state_->on_output = nullptr;
  // Closing the control socket makes the guard end everything. It must live to do so, and the
  // library would kill it with the process object.
  if (state_->process.is_open()) state_->process.detach();
  state_->Close();
}

Result<std::unique_ptr<GuardedLaunch>> GuardedLaunch::Begin(asio::any_io_executor executor,
                                                            const LaunchOrder& order,
                                                            OnOutput on_output) {
  auto state = std::make_shared<State>(executor);
  state->on_output = std::move(on_output);
  state->terminal = order.terminal;
  TRY(auto control, MakeSocketPair());
  TRY(Pipe output, order.terminal ? TerminalEnds() : MakePipe());
  TRY(Pipe input, MakePipe());
  TRY(Pipe errors, MakePipe());
  StartOptions options{.env = order.env, .cwd = order.cwd, .fds = order.fds};
  GuardNumbers numbers{.control = FreeNumbers(order.fds, kNumbers, 3)};
  options.fds.push_back({.target = numbers.control, .source = control.second.get()});
  GiveNamespaces(order, numbers, options.fds);
  options.argv = GuardArguments(order, numbers);
  const int slave = output.write.get();
  struct stat status = {};
  if (order.terminal && ::fstat(slave, &status) == 0) state->terminal_device = status.st_rdev;
  if (!order.terminal && ::fstat(input.read.get(), &status) == 0) state->input_pipe = status.st_ino;
  options.fds.push_back({.target = 0, .source = order.terminal ? slave : input.read.get()});
  options.fds.push_back({.target = 1, .source = slave});
  options.fds.push_back({.target = 2, .source = order.terminal ? slave : errors.write.get()});
  TRY(state->process, Start(executor, options));
  state->control.assign(control.first.release());
  state->output.assign(output.read.release());
  if (!order.terminal) state->input.assign(input.write.release());
  state->errors.assign(errors.read.release());
  Detach(executor, ReadControl(state));
  Detach(executor, ReadOutput(state));
  Detach(executor, ReadErrors(state));
  return std::unique_ptr<GuardedLaunch>(new GuardedLaunch(state));
}

std::unique_ptr<GuardedLaunch> GuardedLaunch::Adopt(asio::any_io_executor executor,
                                                    AdoptedLaunch adopted, OnOutput on_output) {
  auto state = std::make_shared<State>(executor);
  state->on_output = std::move(on_output);
  state->output.assign(adopted.channel.release());
  state->adopted = std::move(adopted);
  Detach(executor, ReadOutput(state));
  return std::unique_ptr<GuardedLaunch>(new GuardedLaunch(state));
}

asio::awaitable<bool> GuardedLaunch::Send(std::string text, bool last) {
  auto& stream = state_->terminal || state_->adopted ? state_->output : state_->input;
  const auto [error, size] = co_await asio::async_write(stream, asio::buffer(text), kToken);
  boost::system::error_code ignored;
  if (last && !state_->terminal && !state_->adopted) state_->input.close(ignored);
  co_return !error && size == text.size();
}

void GuardedLaunch::EndInput() {
  if (state_->adopted) ::shutdown(state_->output.native_handle(), SHUT_WR);
  boost::system::error_code ignored;
  if (!state_->terminal) state_->input.close(ignored);
}

asio::awaitable<bool> GuardedLaunch::WaitUntil(std::function<bool()> done,
                                               Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  while (!done()) {
    if (is_over() || Clock::now() >= deadline) co_return done();
    state->changed.expires_at(deadline);
    co_await state->changed.async_wait(kToken);
  }
  co_return true;
}

asio::awaitable<std::optional<GuardCounts>> GuardedLaunch::Counts(Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  if (state->adopted) {
    const std::optional<long> signals = co_await state->adopted->signals(deadline);
    if (!signals) co_return std::nullopt;
    co_return GuardCounts{.sigurg = *signals};
  }
  state->counts.reset();
  co_await AskGuard(state, "count", state->counts, deadline);
  co_return state->counts;
}

asio::awaitable<bool> GuardedLaunch::Bystand(int group, std::optional<RunAs> identity,
                                             Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  if (state->adopted) co_return false;
  state->bystander_error.reset();
  const long uid = identity ? static_cast<long>(identity->uid) : -1;
  const long gid = identity ? static_cast<long>(identity->gid) : -1;
  const std::string request = fmt::format("bystander {} {} {}", group, uid, gid);
  co_await AskGuard(state, request, state->bystander_error, deadline);
  co_return state->bystander_error == 0;
}

asio::awaitable<std::optional<long>> GuardedLaunch::KillLauncher(Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  if (state->adopted) co_return std::nullopt;
  co_await AskGuard(state, "orphans", state->orphans, deadline);
  co_return state->orphans.value_or(-1) < 0 ? std::nullopt : state->orphans;
}

void GuardedLaunch::AskToEnd() {
  // A guard reads "end" once; one that is gone, or whose socket is full, ends by itself.
  constexpr std::string_view kRequest = "end";
  if (state_->control.is_open() && !state_->is_asked_to_end) {
    static_cast<void>(::send(state_->control.native_handle(), kRequest.data(), kRequest.size(),
                             MSG_NOSIGNAL | MSG_DONTWAIT));
  }
  state_->is_asked_to_end = true;
}

asio::awaitable<void> GuardedLaunch::Finish(Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  if (state->adopted) state->Close();
  if (!state->control.is_open()) co_return;
  AskToEnd();
  while (!state->gone && Clock::now() < deadline) {
    state->changed.expires_at(deadline);
    co_await state->changed.async_wait(kToken);
  }
  if (state->gone) co_await state->process.async_wait(kToken);
  state->Close();
}

const LaunchEnd& GuardedLaunch::end() const { return state_->end; }

unsigned long GuardedLaunch::terminal_device() const { return state_->terminal_device; }

std::uint64_t GuardedLaunch::input_pipe() const { return state_->input_pipe; }

int GuardedLaunch::guard_pid() const {
  return state_->adopted ? state_->adopted->guard_pid() : state_->process.id();
}

const std::string& GuardedLaunch::stderr_tail() const { return state_->stderr_tail; }

const std::string& GuardedLaunch::stderr_head() const { return state_->stderr_head; }

void GuardedLaunch::OnErrors(std::function<bool()> on_errors) {
  state_->on_errors = std::move(on_errors);
}

bool GuardedLaunch::is_over() const {
  const bool ended = state_->end.exec_error || state_->end.wait_status || state_->gone;
  return ended && state_->output_ended;
}

}  // namespace sandproof
