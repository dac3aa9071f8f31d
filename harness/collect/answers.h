// The agent's answers, read from a stream that anybody may have written to.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/collect/answer_line.h"
#include "probes/wire/observation.h"

namespace sandproof {

// Reads the agent's lines out of a launcher's output.
//
// The output is untrusted: lines that are no JSON, do not bear the nonce, are longer than kMaxLine
// or answer a request that was never put are passed over and counted; of two answers to one request
// the first holds; after kMostBytes nothing more is read.
class Answers {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t kMostChatter = std::size_t{64} * 1024;

  explicit Answers(std::string nonce, std::size_t count = 0)
      : nonce_(std::move(nonce)), count_(count) {}

  // Forgets what was answered: the same agent will be asked again, under another nonce.
  void Renew(std::string nonce);

  // How many requests are put; until then no answer to any is believed.
  void Expect(std::size_t count) { count_ = count; }

  void Feed(std::string_view bytes);

  // The agent runs and waits for its request. Bears no nonce, so it is a hint and no evidence.
  [[nodiscard]] bool is_ready() const { return ready_; }
  [[nodiscard]] bool is_started() const { return started_; }
  [[nodiscard]] bool is_ended() const { return ended_; }
  [[nodiscard]] int agent_pid() const { return agent_pid_; }  // in its own PID namespace
  [[nodiscard]] const std::map<std::uint32_t, Observation>& observations() const {
    return observations_;
  }
  // The same, out of here.
  [[nodiscard]] std::map<std::uint32_t, Observation> TakeObservations() {
    return std::exchange(observations_, {});
  }
  // How many there were, taken or not.
  [[nodiscard]] std::size_t answered() const { return answered_; }
  // The request that was begun last.
  [[nodiscard]] std::optional<std::uint32_t> last_tried() const { return last_tried_; }
  [[nodiscard]] std::size_t strange_lines() const { return strange_lines_; }
  // The lines that were none of the agent's, up to kMostChatter bytes.
  [[nodiscard]] const std::string& chatter() const { return chatter_; }

 private:
  void Line(std::string_view line);
  // Keeps an answer. False for what is none.
  bool Take(AnswerLine line);

  std::string nonce_;
  std::size_t count_;
  std::string pending_ = {};
  std::size_t bytes_ = 0;
  std::size_t strange_lines_ = 0;
  std::string chatter_ = {};
  bool is_skipping_ = false;  // within a line that is too long
  bool ready_ = false;
  bool started_ = false;
  bool ended_ = false;
  int agent_pid_ = 0;
  std::map<std::uint32_t, Observation> observations_ = {};
  std::size_t answered_ = 0;
  std::optional<std::uint32_t> last_tried_ = std::nullopt;
};

}  // namespace sandproof
