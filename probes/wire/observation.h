// What one probe reported, and the lines in which the agent says so.
//
// The agent answers a batch with lines of JSON, each a whole object that bears the batch's nonce:
//
//   {"sandproof":"start","nonce":"…","count":2,"facts":{"uid":["0"],…}}   the agent runs
//   {"sandproof":"try","nonce":"…","i":0}                                  about to run request 0
//   {"sandproof":"obs","nonce":"…","i":0,"probe":"fs/read_file","outcome":"denied","error":2,
//    "call":"open(/x)","us":31,"facts":{}}
//   {"sandproof":"end","nonce":"…","count":2}                              all were answered
//
// A line that does not bear the nonce is the launcher's or the payload's own chatter. The nonce
// guards against accident; a hostile payload does not run before the agent has ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

// How an attempt ended, in the kernel's terms. It says nothing about good or bad.
enum class Outcome : std::uint8_t {
  kReached,      // it got through, with proof: a nonce, a descriptor, a changed state
  kDenied,       // a system call failed; `error` is its errno
  kKilled,       // the worker died of a signal; `error` is its number
  kSetupFailed,  // the probe's own preparation went wrong; `call` and `error` say where
  kTimeout,      // the limit of the request passed
};

[[nodiscard]] std::string_view Name(Outcome outcome);

// Facts that a probe read, by name. A single value is a list of one.
using Facts = std::map<std::string, std::vector<std::string>, std::less<>>;

// One probe's report.
//
// Units: error is an errno (denied, setup_failed) or a signal number (killed); 0 otherwise.
struct Observation {
  std::uint32_t index = 0;  // of the request it answers
  std::string probe = {};   // "fs/read_file"
  Outcome outcome = Outcome::kSetupFailed;
  int error = 0;
  std::string call = {};  // the call with its operands: "open(/etc/shadow)"
  Facts facts = {};
  std::chrono::microseconds duration = {};

  // The first value of a fact, or nullptr.
  [[nodiscard]] const std::string* Fact(std::string_view name) const;
  bool operator==(const Observation&) const = default;
};

// Longest line that the agent writes and the harness accepts. Lines up to PIPE_BUF (4096 bytes)
// reach a pipe whole even when other processes write to it; facts are cut to fit this limit and
// the observation then bears the fact "truncated".
inline constexpr std::size_t kMaxLine = std::size_t{32} * 1024;

// JSON lines, each without its newline.
[[nodiscard]] std::string StartLine(std::string_view nonce, std::size_t count, const Facts& facts);
[[nodiscard]] std::string TryLine(std::string_view nonce, std::uint32_t index);
[[nodiscard]] std::string ObservationLine(std::string_view nonce, const Observation& observation);
[[nodiscard]] std::string EndLine(std::string_view nonce, std::size_t count);

}  // namespace sandproof
