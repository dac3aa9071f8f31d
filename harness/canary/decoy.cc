#include "harness/canary/decoy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/random.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <sstream>

#include "harness/process/token.h"

namespace sandproof {

namespace asio = boost::asio;

struct Decoy::State {
  explicit State(asio::any_io_executor executor)
      : input(executor), output(executor), process(executor) {}
  asio::posix::stream_descriptor input;
  asio::posix::stream_descriptor output;
  Process process;
  Params process_params = {};
  Params key_params = {};
  std::optional<long> last_signals = std::nullopt;
};

namespace {

// One line of the decoy's output; empty at its end or at the deadline.
template <typename State>
asio::awaitable<std::string> ReadLine(State& state, Decoy::Clock::time_point deadline) {
  asio::steady_timer timer(state.output.get_executor(), deadline);
  timer.async_wait([&state](const boost::system::error_code& error) {
    boost::system::error_code ignored;
    if (!error) state.output.cancel(ignored);
  });
  std::string line;
  while (!line.ends_with('\n')) {
    std::array<char, 256> buffer = {};
    const auto [error, size] = co_await state.output.async_read_some(asio::buffer(buffer), kToken);
    if (error || size == 0) co_return std::string();
    line.append(buffer.data(), size);
  }
  co_return line;
}

}  // namespace

Result<std::unique_ptr<Decoy>> Decoy::Begin(asio::any_io_executor executor,
                                            const DecoyOrder& order) {
  auto state = std::make_shared<State>(executor);
  const std::string nonce = RandomHex(16);
  const std::string token = "sandproof-decoy-" + RandomHex(8);
  const std::string key = "sandproof-key-" + RandomHex(8);
  TRY(Pipe input, MakePipe());
  TRY(Pipe output, MakePipe());
  StartOptions options;
  options.argv = {order.agent_path, "decoy", "--token=" + token, "--nonce=" + nonce,
                  "--key=" + key};
  if (order.run_as) {
    options.argv.push_back(fmt::format("--uid={}", order.run_as->uid));
    options.argv.push_back(fmt::format("--gid={}", order.run_as->gid));
    options.argv.push_back(fmt::format("--groups={}", fmt::join(order.run_as->groups, ",")));
  }
  options.env = {"SANDPROOF_DECOY=" + nonce};
  options.fds = {{.target = 0, .source = input.read.get()},
                 {.target = 1, .source = output.write.get()}};
  TRY(state->process, Start(executor, options));
  state->input.assign(input.write.release());
  state->output.assign(output.read.release());
  state->process_params = {{"token", token}, {"nonce", nonce}, {"env", "SANDPROOF_DECOY"}};
  state->key_params = {{"description", key}, {"nonce", nonce}};
  return std::unique_ptr<Decoy>(new Decoy(std::move(state)));
}

asio::awaitable<Result<bool>> Decoy::Ready(Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  std::istringstream words(co_await ReadLine(*state, deadline));
  std::string ready;
  std::string serial;
  Params& params = state->process_params;
  words >> ready >> params["pid"] >> params["address"] >> params["fd"] >> serial;
  if (ready != "ready") co_return Internal("the decoy process did not start");
  if (serial == "0") {
    state->key_params.clear();
  } else {
    state->key_params["serial"] = serial;
  }
  co_return true;
}

Decoy::~Decoy() {
  LetGo();
  boost::system::error_code ignored;
  if (state_->process.is_open()) state_->process.wait(ignored);
}

void Decoy::LetGo() {
  boost::system::error_code ignored;
  // The end of its input makes it take its key back and end, which takes no time.
  state_->input.close(ignored);
}

const Params& Decoy::process_params() const { return state_->process_params; }

const Params& Decoy::key_params() const { return state_->key_params; }

asio::awaitable<std::optional<long>> Decoy::Signals(Clock::time_point deadline) {
  const std::shared_ptr<State> state = state_;
  constexpr std::string_view kRequest = "?";
  state->last_signals.reset();
  const auto [error, size] =
      co_await asio::async_write(state->input, asio::buffer(kRequest), kToken);
  if (error || size == 0) co_return std::nullopt;
  std::istringstream words(co_await ReadLine(*state, deadline));
  std::string word;
  long count = 0;
  if (!(words >> word >> count) || word != "count") co_return std::nullopt;
  state->last_signals = count;
  co_return count;
}

std::optional<long> Decoy::LastSignals() const { return state_->last_signals; }

void Decoy::Kill() {
  boost::system::error_code ignored;
  state_->process.terminate(ignored);
}

std::string RandomHex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  if (::getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size())) std::abort();
  std::string hex;
  for (const char byte : raw) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

}  // namespace sandproof
