#include "harness/prove/depth.h"

#include <fmt/format.h>

#include <algorithm>

namespace sandproof {
namespace {

using Ids = std::set<std::string>;

// What is red without them and not proven yet; it is then.
std::vector<std::string> NewlyRed(const MutantRun& run, const CheckStates& baseline,
                                  const Ids& ignored, Ids& proven) {
  std::vector<std::string> red;
  if (!run.has_started) return red;
  for (const std::string& id : Compare(baseline, run.states, ignored).red) {
    if (proven.insert(id).second) red.push_back(id);
  }
  return red;
}

DepthProof ProofOfPair(const MutantTrial& trial, std::size_t cover, std::vector<std::string> red) {
  const MutantRun& both = trial.covers[cover];
  return {.protections = {trial.mutation.id, trial.mutation.covers[cover].id},
          .was_run = true,
          .turned_red = std::move(red),
          .launched = both.launched,
          .duration = both.duration};
}

// What became of a check without the most that still said something of it.
struct LastWord {
  const DepthTrial* depth = nullptr;
  const Judgement* judgement = nullptr;  // nullptr: nothing was launched, or nothing started
};

LastWord LastWordOn(const std::string& id, const std::vector<DepthTrial>& depths) {
  LastWord last;
  // clang 14 compiles no std::views::reverse of libstdc++ 12.
  for (auto depth = depths.rbegin(); depth != depths.rend(); ++depth) {
    const auto found = depth->run.judgements.find(id);
    if (!depth->run.has_started || found == depth->run.judgements.end()) continue;
    const bool is_open = found->second.verdict == Verdict::kInconclusive;
    if (last.judgement == nullptr || !is_open) last = {&*depth, &found->second};
    if (!is_open) break;
  }
  return last;
}

// "without the whole launch line", "without 4 protections at once, --seccomp 10 the last of them".
std::string Without(const DepthTrial& depth) {
  const std::vector<std::string>& ids = depth.combination.ids;
  const std::string last = ids.back().substr(0, ids.back().rfind(" → "));
  if (ids.size() == 1) return "without " + last;
  return fmt::format("without {} protections at once, {} the last of them", ids.size(), last);
}

std::string WhyUnproven(const CheckResult& result, const std::vector<DepthTrial>& depths) {
  if (result.check.property->id.starts_with("launcher.")) {
    return "it compares the launch line with what it starts; no protection holds it";
  }
  if (result.check.expectation == Expectation::kAllowed) {
    return "it asserts that something works, which taking protections away does not end";
  }
  const LastWord last = LastWordOn(result.check.Id(), depths);
  if (last.judgement == nullptr) return "no line without several protections at once has started";
  const std::string without = Without(*last.depth);
  switch (last.judgement->verdict) {
    case Verdict::kPass:
      return "this kernel, this host or whoever starts it holds it: it passes " + without + ", too";
    case Verdict::kSkipped:
      return fmt::format("{} it cannot be asked: {}", without, last.judgement->explanation);
    default:
      return fmt::format("{} it shows nothing: {}", without, last.judgement->explanation);
  }
}

}  // namespace

std::vector<DepthProof> DepthsOf(const std::vector<DepthTrial>& depths,
                                 const std::vector<MutantTrial>& trials,
                                 const CheckStates& baseline, const Ids& ignored, Ids& proven) {
  std::vector<DepthProof> proofs;
  for (const MutantTrial& trial : trials) {
    for (std::size_t i = 0; i < trial.covers.size(); ++i) {
      std::vector<std::string> red = NewlyRed(trial.covers[i], baseline, ignored, proven);
      if (!red.empty()) proofs.push_back(ProofOfPair(trial, i, std::move(red)));
    }
  }
  for (const DepthTrial& depth : depths) {
    const MutantRun& run = depth.run;
    DepthProof proof{.protections = depth.combination.ids,
                     .was_run = run.was_run || !depth.combination.line,
                     .explanation = depth.combination.unobservable,
                     .turned_red = NewlyRed(run, baseline, ignored, proven),
                     .launched = run.launched,
                     .duration = run.duration};
    if (depth.combination.line && !run.has_started) {
      const bool is_late = !run.was_run && run.failure.empty();
      proof.explanation = is_late ? "the budget was used up" : run.failure;
    }
    proofs.push_back(std::move(proof));
  }
  return proofs;
}

std::vector<Unproven> UnprovenOf(const SandboxRun& run, const std::vector<DepthTrial>& depths,
                                 const Ids& proven) {
  std::vector<Unproven> unproven;
  for (const CheckResult& result : run.results) {
    std::string id = result.check.Id();
    if (result.judgement.verdict != Verdict::kPass || proven.contains(id)) continue;
    unproven.push_back({.id = std::move(id), .why = WhyUnproven(result, depths)});
  }
  std::ranges::sort(unproven, {}, &Unproven::id);
  return unproven;
}

}  // namespace sandproof
