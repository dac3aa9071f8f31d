// One try to reach a service: connect, ask, read the answer; never waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "harness/spec/spec.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

class Dial {
 public:
  using Clock = std::chrono::steady_clock;
  enum class State : std::uint8_t { kPending, kAnswered, kFailed };

  // Begins a try at an http, tcp or unix check.
  explicit Dial(const ReadyCheck& check);

  // Goes on as far as it can without waiting; it fails a second after it was begun.
  void Step();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool was_accepted() const { return was_accepted_; }
  // "connect: ECONNREFUSED", "HTTP status 503".
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  void Fail(std::string why);
  void Connect(const ReadyCheck& check);
  void AfterConnect();
  void Ask();
  void Read();

  UniqueFd fd_ = {};
  State state_ = State::kPending;
  bool was_accepted_ = false;
  std::string request_ = {};  // empty: to be accepted is enough
  std::string answer_ = {};
  std::string failure_ = {};
  Clock::time_point deadline_ = {};
};

}  // namespace sandproof
