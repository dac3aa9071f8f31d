#include "harness/supervise/trial.h"

#include <fmt/format.h>

#include <algorithm>

#include "suites/property.h"

namespace sandproof {

bool IsAlive(const ProcessFacts& process) {
  const std::optional<ProcessFacts> now = FactsOf(process.pid);
  return now && now->IsSame(process) && !now->IsZombie();
}

std::string Ms(System::Clock::duration duration) {
  return fmt::format("{} ms",
                     std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

std::string Trial::Start(bool terminal) {
  if (!berth_) {
    Result<Berth> berth = Berth::Take();
    if (!berth) return berth.error().message;
    berth_.emplace(*std::move(berth));
  }
  Result<Readiness> readiness = Readiness::BeforeStart(berth_->Fill(spec_.ready));
  if (!readiness) return readiness.error().message;
  readiness_ = std::make_unique<Readiness>(*std::move(readiness));
  SystemOrder order{.argv = spec_.launch, .cwd = berth_->Fill(spec_.cwd), .terminal = terminal};
  for (std::string& word : order.argv) word = berth_->Fill(word);
  order.argv.front() = berth_->Fill(program_);
  order.env = spec_.env ? std::vector<std::string>() : OwnEnvironment();
  if (spec_.env) {
    for (const auto& [name, value] : *spec_.env) {
      order.env.push_back(fmt::format("{}={}", name, berth_->Fill(value)));
    }
  }
  order.owner = socket_;
  order.on_line = [this](std::string_view line) { readiness_->OnLine(line); };
  if (missing_source_) {
    order.on_status = [this](pid_t pid, int status) { missing_source_->OnStatus(pid, status); };
  }
  Result<std::unique_ptr<System>> system = System::Start(order);
  if (!system) return system.error().message;
  system_ = *std::move(system);
  return {};
}

std::string Trial::StartWithSpace() {
  Result<Berth> berth = Berth::Take(/*has_space=*/true);
  if (!berth) return berth.error().message;
  berth_.emplace(*std::move(berth));
  return Start(/*terminal=*/false);
}

std::string Trial::StartWithoutSource(const std::string& child) {
  missing_source_ = std::make_unique<MissingSource>(
      [this, child](const ProcessFacts& process) { return finder_.NameOf(process) == child; });
  if (std::string why = Start(/*terminal=*/false); !why.empty()) return why;
  missing_source_->Follow(system_->pid());
  const auto is_decided = [&] {
    return !renamed().empty() || system_->status().has_value() || IsServiceThere(child);
  };
  static_cast<void>(system_->WaitUntil(is_decided, system_->started_at() + spec_.limit));
  return {};
}

bool Trial::IsServiceThere(const std::string& child) const {
  const Children children = FindChildren();
  const auto found = children.find(child);
  return found != children.end() && found->second.service.has_value();
}

std::string Trial::WhyNotReady() const {
  std::string why;
  if (system_->status()) {
    why = fmt::format("it ended ({}) before it was ready", StatusText(*system_->status()));
  } else {
    why = fmt::format("it was not ready within {} s: {}",
                      std::chrono::duration<double>(spec_.limit).count(), readiness_->Missing());
  }
  return why + (system_->log().empty() ? "; it printed nothing" : "; its last words: " + Log());
}

std::string Trial::AwaitReady() {
  const Clock::time_point deadline = system_->started_at() + spec_.limit;
  const bool is_ready = system_->WaitUntil(
      [this] { return IsReadyNow() || system_->status().has_value(); }, deadline, Milliseconds(5));
  if (!is_ready || !readiness_->is_ready()) return WhyNotReady();
  ready_after_ = std::chrono::duration_cast<Milliseconds>(Clock::now() - system_->started_at());
  std::string missing;
  const auto has_all = [&] {
    const Children children = FindChildren();
    missing.clear();
    for (const std::string& name : finder_.Names()) {
      const auto found = children.find(name);
      if (found == children.end() || !found->second.service) missing = name;
    }
    return missing.empty() && !children.empty();
  };
  // A child may still be on its way to its program when another says that all is well.
  constexpr auto kSettle = std::chrono::seconds(2);
  if (system_->WaitUntil(has_all, Clock::now() + kSettle)) return {};
  if (missing.empty())
    return "it is ready, but no sandbox launcher runs below it; name \"children\"";
  return fmt::format("it is ready, but no process below it is {}; name it in \"children\"",
                     missing);
}

std::string Trial::AwaitService(const std::string& child) {
  std::string why;
  const auto is_there = [&] { return system_->status().has_value() || IsServiceThere(child); };
  const Clock::time_point deadline = system_->started_at() + spec_.limit;
  const bool is_found = system_->WaitUntil(is_there, deadline, Milliseconds(1));
  if (!is_found || system_->status())
    return fmt::format("{} never started: {}", child, WhyNotReady());
  if (IsReadyNow()) return fmt::format("the system was ready before {} could be met", child);
  return {};
}

std::string Trial::StartAgain() {
  if (std::string why = Start(/*terminal=*/false); !why.empty()) return why;
  return AwaitReady();
}

std::string Trial::SignalSupervisor(int signal) {
  const std::optional<ProcessFacts> supervisor = Supervisor();
  if (!supervisor) return "the process that supervises was not found";
  const int error = SendSignal(HoldOn(*supervisor), signal);
  return error == 0 ? "" : "pidfd_send_signal: " + ErrnoName(error);
}

std::vector<std::string> Trial::Leftovers(bool with_sockets) const {
  std::vector<std::string> left;
  for (const ProcessFacts& process : system_->Processes()) left.push_back(process.Describe());
  for (const std::string& mount : berth_->NewMounts()) left.push_back("a mount at " + mount);
  if (!with_sockets) return left;
  for (const std::string& path : berth_->SocketFiles()) left.push_back("a socket file " + path);
  return left;
}

}  // namespace sandproof
