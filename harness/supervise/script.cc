#include "harness/supervise/script.h"

#include <fmt/format.h>

namespace sandproof::script {

bool StartReady(Trial& trial, SeenList& seen, bool terminal) {
  std::string why = trial.Start(terminal);
  if (why.empty()) why = trial.AwaitReady();
  if (!why.empty()) seen.Silence(why);
  if (why.empty()) seen.Fact("ready_after", Ms(trial.ready_after()));
  return why.empty();
}

void StartAgain(Trial& trial, SeenList& seen) {
  constexpr const char* kAgain = "supervisor.restarts_at_once";
  trial.system().End();
  const Trial::Clock::time_point begin = Trial::Clock::now();
  const std::string why = trial.StartAgain();
  if (trial.system().is_abandoned()) return seen.Silence(kAgain, "interrupted");
  if (why.empty()) seen.Fact("ready_again_after", Ms(Trial::Clock::now() - begin));
  seen.Tell(kAgain, why.empty() ? std::vector<std::string>() : std::vector<std::string>{why});
}

std::string Seconds(std::chrono::milliseconds duration) {
  return fmt::format("{} s", std::chrono::duration<double>(duration).count());
}

std::string Late(std::chrono::milliseconds limit) {
  return "still running after " + Seconds(limit);
}

}  // namespace sandproof::script
