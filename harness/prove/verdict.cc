#include "harness/prove/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "suites/plan.h"

namespace sandproof {
namespace {

using Ids = std::set<std::string>;

Ids Without(const Ids& ids, const Ids& others) {
  Ids rest;
  std::ranges::set_difference(ids, others, std::inserter(rest, rest.end()));
  return rest;
}

std::vector<std::string> ListOf(const Ids& ids) { return {ids.begin(), ids.end()}; }

std::string FirstLine(std::string_view text) {
  while (text.starts_with('\n')) text.remove_prefix(1);
  return std::string(text.substr(0, text.find('\n')));
}

const MutantTrial* FindTrial(const std::vector<MutantTrial>& trials, const std::string& id) {
  const auto found = std::ranges::find_if(
      trials, [&](const MutantTrial& trial) { return trial.mutation.id == id; });
  return found == trials.end() ? nullptr : &*found;
}

// The verdicts on the trials of one sandbox.
class Bench {
 public:
  Bench(const std::vector<MutantTrial>& trials, const CheckStates& baseline, const Ids& ignored)
      : trials_(trials), baseline_(baseline), ignored_(ignored) {}

  // What is different without the protection, and not only without those that went with it.
  [[nodiscard]] Difference Of(const MutantTrial& trial) const {
    Difference difference = Compare(baseline_, trial.run.states, ignored_);
    for (const std::string& id : trial.mutation.with) {
      const MutantTrial* const other = FindTrial(trials_, id);
      if (other == nullptr) continue;
      const Difference theirs = Compare(baseline_, other->run.states, ignored_);
      difference.red = Without(difference.red, theirs.red);
      difference.green = Without(difference.green, theirs.green);
      difference.unknown = Without(difference.unknown, theirs.unknown);
      difference.unasserted = Without(difference.unasserted, theirs.unasserted);
    }
    return difference;
  }

  [[nodiscard]] ProtectionProof Prove(const MutantTrial& trial) const {
    ProtectionProof proof{.id = trial.mutation.id,
                          .flag = trial.mutation.flag,
                          .with = trial.mutation.with,
                          .launched = trial.run.launched,
                          .duration = trial.run.duration};
    const Difference difference = Of(trial);
    if (trial.run.has_started) {
      proof.turned_red = ListOf(difference.red);
      proof.turned_green = ListOf(difference.green);
      proof.inconclusive = ListOf(difference.unknown);
      proof.unasserted = ListOf(difference.unasserted);
    }
    Decide(trial, proof);
    return proof;
  }

 private:
  void Decide(const MutantTrial& trial, ProtectionProof& proof) const {
    const Mutation& mutation = trial.mutation;
    const auto set = [&proof](ProofVerdict verdict, std::string why) {
      proof.verdict = verdict;
      proof.explanation = std::move(why);
    };
    if (!mutation.line) return set(ProofVerdict::kUnobservable, mutation.unobservable);
    if (!trial.run.was_run) {
      const bool is_late = trial.run.failure.empty();
      return set(ProofVerdict::kNotRun, is_late ? "the budget was used up" : trial.run.failure);
    }
    if (!trial.run.has_started) return set(ProofVerdict::kBroken, trial.run.failure);
    if (!proof.turned_red.empty()) return set(ProofVerdict::kGuarded, trial.run.cut_short);
    if (!mutation.covered_by.empty()) return set(ProofVerdict::kRedundant, mutation.covered_by);
    if (!mutation.unobservable.empty()) {
      return set(ProofVerdict::kUnobservable, mutation.unobservable);
    }
    if (const std::string cover = MeasuredCover(trial); !cover.empty()) {
      return set(ProofVerdict::kRedundant, cover);
    }
    const bool is_tried = std::ranges::all_of(trial.covers, &MutantRun::was_run);
    if (!is_tried) {
      return set(ProofVerdict::kNotRun,
                 "nothing turned red; what may cover it was not tried: the budget was used up");
    }
    set(ProofVerdict::kUnguarded, WhyUnguarded(trial, proof));
  }

  // Another protection without which this one is missed.
  [[nodiscard]] std::string MeasuredCover(const MutantTrial& trial) const {
    for (std::size_t i = 0; i < trial.covers.size(); ++i) {
      const MutantRun& both = trial.covers[i];
      const std::string& id = trial.mutation.covers[i].id;
      const MutantTrial* const other = FindTrial(trials_, id);
      if (!both.has_started || other == nullptr || !other->run.has_started) continue;
      const Ids added = Without(Compare(baseline_, both.states, ignored_).red,
                                Compare(baseline_, other->run.states, ignored_).red);
      if (added.empty()) continue;
      return fmt::format("{}: without both also {} fail{}", id.substr(0, id.rfind(" → ")),
                         *added.begin(),
                         added.size() == 1 ? "s" : fmt::format(" and {} more", added.size() - 1));
    }
    return {};
  }

  [[nodiscard]] static std::string WhyUnguarded(const MutantTrial& trial,
                                                const ProtectionProof& proof) {
    if (!trial.run.cut_short.empty()) return "nothing turned red; " + trial.run.cut_short;
    if (!proof.inconclusive.empty()) {
      return "nothing turned red; what showed something before shows nothing now";
    }
    return "nothing noticed that it was gone";
  }

  const std::vector<MutantTrial>& trials_;
  const CheckStates& baseline_;
  const Ids& ignored_;
};

}  // namespace

std::vector<ProtectionProof> ProofsOf(const std::vector<MutantTrial>& trials,
                                      const CheckStates& baseline,
                                      const std::set<std::string>& ignored) {
  const Bench bench(trials, baseline, ignored);
  std::vector<ProtectionProof> proofs;
  proofs.reserve(trials.size());
  for (const MutantTrial& trial : trials) proofs.push_back(bench.Prove(trial));
  return proofs;
}

bool IsSilent(const MutantTrial& trial, const std::vector<MutantTrial>& trials,
              const CheckStates& baseline) {
  const Mutation& mutation = trial.mutation;
  if (!mutation.unobservable.empty() || !mutation.covered_by.empty()) return false;
  const Ids none;
  return trial.run.has_started && Bench(trials, baseline, none).Of(trial).red.empty();
}

MutantRun RunOf(const SandboxRun& sandbox) {
  MutantRun run{.was_run = true,
                .states = StatesOf(sandbox),
                .launched = sandbox.launched,
                .duration = sandbox.duration};
  run.has_started = std::ranges::any_of(sandbox.results, [](const CheckResult& result) {
    return result.evidence.inside && !IsReadByHarness(result.check.property->probe);
  });
  if (run.has_started) {
    run.cut_short = sandbox.launch_error;
    return run;
  }
  const std::string said = FirstLine(sandbox.launcher_stderr);
  run.failure = said.empty() ? sandbox.launch_error : said;
  return run;
}

}  // namespace sandproof
