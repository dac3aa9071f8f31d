// A fresh start of the system, and the steps that experiments are made of.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/supervise/berth.h"
#include "harness/supervise/children.h"
#include "harness/supervise/experiment.h"
#include "harness/supervise/missing_source.h"
#include "harness/supervise/readiness.h"
#include "harness/supervise/system.h"

namespace sandproof {

class Trial {
 public:
  using Clock = System::Clock;
  using Milliseconds = std::chrono::milliseconds;

  Trial(const SupervisorSpec& spec, const std::vector<SandboxSpec>& sandboxes,
        const std::string& program, int socket)
      : spec_(spec), finder_(spec, sandboxes), program_(program), socket_(socket) {}

  // Each says what went wrong; empty: it went right.
  [[nodiscard]] std::string Start(bool terminal);
  // In a directory whose name has a space.
  [[nodiscard]] std::string StartWithSpace();
  [[nodiscard]] std::string AwaitReady();                            // with every child there
  [[nodiscard]] std::string AwaitService(const std::string& child);  // before it is ready
  // With a bind source of the child's launcher gone, until that is so (renamed()), or the child's
  // service is there, or the system has ended.
  [[nodiscard]] std::string StartWithoutSource(const std::string& child);
  [[nodiscard]] std::string StartAgain();  // after an end, in the same place, until it is ready

  [[nodiscard]] System& system() { return *system_; }
  [[nodiscard]] Berth& berth() { return *berth_; }
  [[nodiscard]] const SupervisorSpec& spec() const { return spec_; }
  [[nodiscard]] const ChildFinder& finder() const { return finder_; }
  [[nodiscard]] Children FindChildren() const {
    return finder_.Find(system_->Processes(), system_->pid());
  }
  [[nodiscard]] std::optional<ProcessFacts> Supervisor() const {
    return finder_.FindSupervisor(system_->Processes(), system_->pid());
  }
  [[nodiscard]] bool IsReadyNow() { return readiness_->Step(); }
  [[nodiscard]] std::string renamed() const {
    return missing_source_ ? missing_source_->renamed() : "";
  }
  [[nodiscard]] Milliseconds ready_after() const { return ready_after_; }
  [[nodiscard]] std::string Log() const { return system_ ? system_->LogTail(12) : ""; }

  // Ends the process that supervises, or signals it.
  [[nodiscard]] std::string SignalSupervisor(int signal);

  // What is still there after the end, as one reads it.
  [[nodiscard]] std::vector<std::string> Leftovers(bool with_sockets) const;

 private:
  [[nodiscard]] std::string WhyNotReady() const;
  [[nodiscard]] bool IsServiceThere(const std::string& child) const;

  const SupervisorSpec& spec_;
  ChildFinder finder_;
  std::string program_;
  int socket_ = -1;
  std::optional<Berth> berth_ = std::nullopt;
  std::unique_ptr<Readiness> readiness_ = {};
  std::unique_ptr<MissingSource> missing_source_ = {};
  std::unique_ptr<System> system_ = {};
  Milliseconds ready_after_ = {};
};

// Whether the process is there and no zombie.
[[nodiscard]] bool IsAlive(const ProcessFacts& process);

// "12 ms", for facts.
[[nodiscard]] std::string Ms(System::Clock::duration duration);

}  // namespace sandproof
