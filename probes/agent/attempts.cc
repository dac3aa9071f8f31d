#include "probes/agent/attempts.h"

#include <cerrno>
#include <utility>

namespace sandproof::probes {

std::vector<Observation> TryEach(const Request& request, const std::vector<Attempt>& attempts) {
  // The child shares our memory, so that what it has answered outlives it.
  std::vector<Observation> answers;
  answers.reserve(attempts.size());
  const auto rest = [&]() -> Observation {
    while (answers.size() < attempts.size()) answers.push_back(attempts[answers.size()]());
    return Reached("attempts", "");
  };
  while (answers.size() < attempts.size()) {
    Observation last = InQuickChild(request, rest);
    if (last.outcome == Outcome::kReached) break;
    if (last.outcome == Outcome::kSetupFailed) return {std::move(last)};
    answers.push_back(std::move(last));
  }
  // A child that shared nothing, where the stack for it could not be had.
  if (answers.size() < attempts.size()) return {SetupFailed("clone", "CLONE_VM", ENOMEM)};
  return answers;
}

}  // namespace sandproof::probes
