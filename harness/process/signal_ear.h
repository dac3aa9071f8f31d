// Whether a signal that nobody heeds comes to a process that is not ours.
#pragma once

#include <sys/types.h>

#include <optional>

namespace sandproof {

// Attends a process from when it is made until it is asked. A signal whose default action is to do
// nothing leaves no trace at a process, unless that is traced.
//
// By the thread that made it. The process runs on meanwhile, and stands still while it is asked.
// Source: ptrace(2), PTRACE_SEIZE, "Signal-delivery-stop", PTRACE_PEEKSIGINFO.
class SignalEar {
 public:
  // nullopt: it may not be traced, or is gone.
  [[nodiscard]] static std::optional<SignalEar> At(pid_t pid, int signal);
  SignalEar(SignalEar&& other) noexcept;
  SignalEar& operator=(SignalEar&& other) = delete;
  ~SignalEar();

  // Whether the signal was sent to it since, and lets go of it. nullopt: it has ended, or did not
  // stop within 100 ms.
  [[nodiscard]] std::optional<bool> Heard();

 private:
  SignalEar(pid_t pid, int signal) : pid_(pid), signal_(signal) {}

  pid_t pid_;
  int signal_;
};

}  // namespace sandproof
