// One run of the agent, inside a sandbox or outside as a control.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/collect/answers.h"
#include "harness/process/guarded_launch.h"
#include "probes/wire/request.h"

namespace sandproof {

class AgentRun {
 public:
  using Clock = GuardedLaunch::Clock;

  // Starts the launcher; the agent then waits for its request. `batch_path` names the file that
  // carries them when input is a terminal.
  [[nodiscard]] static Result<std::unique_ptr<AgentRun>> Begin(
      boost::asio::any_io_executor executor, const LaunchOrder& order, std::string nonce,
      std::string batch_path);

  // The same for an agent that somebody else starts.
  [[nodiscard]] static std::unique_ptr<AgentRun> Adopt(boost::asio::any_io_executor executor,
                                                       AdoptedLaunch adopted, std::string nonce);

  // Before an agent that takes one batch after another is asked again: forgets its answers and
  // gives the run another nonce and tag.
  void Renew();

  // Waits until the agent says that it runs.
  [[nodiscard]] boost::asio::awaitable<bool> Ready(Clock::time_point deadline);

  // Puts the requests and waits for the answers; true when all came. Each request gets what is only
  // known now: "tag", this run's tag; "device", the number of the launch's terminal; and the probe
  // of the node name the "name" that it has been changed to.
  // `is_held` keeps the agent's input open until EndInput, and so what its probes left behind.
  [[nodiscard]] boost::asio::awaitable<bool> Ask(std::vector<Request> requests,
                                                 std::optional<std::string> node_name,
                                                 Clock::time_point deadline, bool is_held = false);
  void EndInput() { launch_->EndInput(); }

  [[nodiscard]] GuardedLaunch& launch() { return *launch_; }
  [[nodiscard]] const Answers& answers() const { return *answers_; }
  [[nodiscard]] Answers& answers() { return *answers_; }
  // What datagram canaries know this run by.
  [[nodiscard]] const std::string& tag() const { return tag_; }

  // What the launcher said last: on standard error; where it said nothing there, as it cannot on a
  // terminal, on standard output before the agent was there. At most 4 KiB.
  [[nodiscard]] std::string LastWords() const;
  // Why there is no answer, or not every answer; for people.
  [[nodiscard]] std::string Silence(const std::vector<Request>& requests) const;

 private:
  AgentRun() = default;
  [[nodiscard]] static std::unique_ptr<AgentRun> Make(std::string nonce, std::string batch_path);
  [[nodiscard]] GuardedLaunch::OnOutput Listener() const;
  std::string nonce_ = {};
  std::string tag_ = {};
  std::string batch_path_ = {};
  std::shared_ptr<Answers> answers_ = {};
  std::shared_ptr<std::string> printed_ = std::make_shared<std::string>();  // before it was ready
  std::unique_ptr<GuardedLaunch> launch_ = {};
};

}  // namespace sandproof
