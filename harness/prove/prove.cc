#include "harness/prove/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/collect/host_facts.h"
#include "harness/collect/prepare.h"
#include "harness/prove/depth.h"
#include "harness/prove/mutants.h"
#include "harness/prove/verdict.h"
#include "reports/redact.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;

// "--unshare-net", "unshare-net", or a whole id.
bool IsSelected(const Mutation& mutation, const std::vector<std::string>& flags) {
  return flags.empty() || std::ranges::any_of(flags, [&](const std::string& flag) {
           return mutation.flag == flag || mutation.flag == "--" + flag || mutation.id == flag;
         });
}

// Everything about one sandbox.
struct Subject {
  std::vector<MutantTrial> trials = {};
  std::vector<DepthTrial> depths = {};
  std::vector<bool> is_selected = {};  // by trial
  std::vector<bool> is_needed = {};    // to be run: selected, or to compare with
  CheckStates baseline = {};
  std::vector<std::string> asserted = {};  // ids of the checks that may turn red
  std::set<std::string> unstable = {};
  SandboxRun run = {};  // as it is
};

// All that may be taken away from one sandbox.
struct Inventory {
  MutationList list = {};
  std::vector<Combination> combinations = {};
};

Result<Inventory> InventoryOf(const SandboxSpec& sandbox) {
  TRY(const Prepared prepared, Prepare(sandbox));
  const RunAs own = OwnIdentity();
  const MutationInput input{
      .spec = sandbox, .fd_content = prepared.content, .uid = own.uid, .groups = own.groups};
  Inventory inventory{.list = {.sandbox = sandbox.name}};
  TRY(inventory.list.mutations, prepared.driver->Mutations(input));
  TRY(inventory.combinations, prepared.driver->Combinations(input));
  return inventory;
}

Error NoSuchFlag(const std::string& flag, const std::set<std::string>& known) {
  const std::string near =
      Nearest(flag.starts_with('-') ? flag : "--" + flag, {known.begin(), known.end()});
  return BadInput(fmt::format("--only {}: no launch line has such a flag{}", flag,
                              near.empty() ? "" : "; did you mean " + near + "?"));
}

Result<bool> CheckFlags(const std::vector<Inventory>& inventories,
                        const std::vector<std::string>& flags) {
  std::set<std::string> known;
  for (const Inventory& one : inventories) {
    for (const Mutation& mutation : one.list.mutations) known.insert(mutation.flag);
  }
  for (const std::string& flag : flags) {
    const bool is_there = std::ranges::any_of(inventories, [&](const Inventory& one) {
      return std::ranges::any_of(one.list.mutations, [&](const Mutation& mutation) {
        return IsSelected(mutation, {flag});
      });
    });
    if (!is_there) return NoSuchFlag(flag, known);
  }
  return true;
}

Result<std::vector<Inventory>> TakeInventory(const Spec& spec, const ProveOptions& options) {
  TRY(const std::vector<const SandboxSpec*> selected, SelectSandboxes(spec, options.collect));
  std::vector<Inventory> inventories;
  for (const SandboxSpec* sandbox : selected) {
    TRY(Inventory inventory, InventoryOf(*sandbox));
    inventories.push_back(std::move(inventory));
  }
  TRY([[maybe_unused]] const bool is_known, CheckFlags(inventories, options.flags));
  return inventories;
}

class Prover {
 public:
  Prover(std::vector<Inventory> inventories, const ProveOptions& options) : options_(options) {
    for (Inventory& inventory : inventories) AddSubject(std::move(inventory));
  }

  // Conducts the sessions; the runs of the sandboxes as they are.
  std::vector<SandboxRun> Conduct(asio::io_context& context, std::vector<SessionOrder> orders);
  // The proofs, once that is done.
  [[nodiscard]] std::vector<SandboxProof> Proofs() const;

 private:
  void AddSubject(Inventory inventory);
  void Need(Subject& subject, const std::string& id) const;
  void RunNeeded(asio::io_context& context, const std::vector<SessionOrder>& orders);
  void RunDepths(asio::io_context& context, const std::vector<SessionOrder>& orders);
  void RunCovers(asio::io_context& context, const std::vector<SessionOrder>& orders);
  void RunUnguarded(asio::io_context& context, const std::vector<SessionOrder>& orders);
  void Run(asio::io_context& context, const std::vector<MutantOrder>& mutants);
  [[nodiscard]] bool IsOver() const {
    return options_.budget && Clock::now() - start_ > *options_.budget;
  }
  [[nodiscard]] SandboxProof ProofOf(const Subject& subject) const;

  const ProveOptions& options_;
  Clock::time_point start_ = Clock::now();
  std::vector<Subject> subjects_ = {};
  std::size_t done_ = 0;
  std::size_t all_ = 0;
};

void Prover::AddSubject(Inventory inventory) {
  Subject& subject = subjects_.emplace_back();
  for (Combination& combination : inventory.combinations) {
    // Whoever asks about one flag asks nothing of the others.
    if (!options_.flags.empty()) break;
    subject.depths.push_back({.combination = std::move(combination)});
  }
  for (Mutation& mutation : inventory.list.mutations) {
    const bool is_selected = IsSelected(mutation, options_.flags);
    subject.is_selected.push_back(is_selected);
    subject.is_needed.push_back(is_selected);
    subject.trials.push_back({.mutation = std::move(mutation)});
  }
  for (std::size_t i = 0; i < subject.trials.size(); ++i) {
    if (!subject.is_selected[i]) continue;
    for (const std::string& id : subject.trials[i].mutation.with) Need(subject, id);
  }
}

// What is only compared with is run too.
void Prover::Need(Subject& subject, const std::string& id) const {
  for (std::size_t i = 0; i < subject.trials.size(); ++i) {
    if (subject.trials[i].mutation.id == id) subject.is_needed[i] = true;
  }
}

void Prover::Run(asio::io_context& context, const std::vector<MutantOrder>& mutants) {
  all_ += mutants.size();
  RunMutants(context, mutants,
             {.seats = options_.collect.seats,
              .is_over = [this] { return IsOver(); },
              .on_done =
                  [this](const MutantOrder& order) {
                    ++done_;
                    if (options_.on_progress) options_.on_progress(done_, all_, order.name);
                  }});
}

void Prover::RunNeeded(asio::io_context& context, const std::vector<SessionOrder>& orders) {
  std::vector<MutantOrder> mutants;
  for (std::size_t i = 0; i < subjects_.size(); ++i) {
    Subject& subject = subjects_[i];
    if (!subject.run.launch_error.empty()) continue;
    for (std::size_t j = 0; j < subject.trials.size(); ++j) {
      MutantTrial& trial = subject.trials[j];
      const bool is_to_run = subject.is_needed[j] && trial.mutation.line && !trial.run.was_run;
      if (!is_to_run) continue;
      mutants.push_back({.baseline = orders[i],
                         .controls = subject.run,
                         .line = *trial.mutation.line,
                         .result = trial.run,
                         .name = trial.mutation.id,
                         .only = subject.asserted});
    }
  }
  Run(context, mutants);
}

void Prover::RunCovers(asio::io_context& context, const std::vector<SessionOrder>& orders) {
  std::vector<MutantOrder> mutants;
  for (std::size_t i = 0; i < subjects_.size(); ++i) {
    Subject& subject = subjects_[i];
    for (std::size_t j = 0; j < subject.trials.size(); ++j) {
      MutantTrial& trial = subject.trials[j];
      if (!subject.is_selected[j] || !IsSilent(trial, subject.trials, subject.baseline)) continue;
      trial.covers.resize(trial.mutation.covers.size());
      for (std::size_t k = 0; k < trial.covers.size(); ++k) {
        Need(subject, trial.mutation.covers[k].id);
        mutants.push_back({.baseline = orders[i],
                           .controls = subject.run,
                           .line = trial.mutation.covers[k].both,
                           .result = trial.covers[k],
                           .name = trial.mutation.id,
                           .only = subject.asserted});
      }
    }
  }
  RunNeeded(context, orders);
  Run(context, mutants);
}

// Once more what nobody noticed, and now with what is not asserted: that may have.
void Prover::RunUnguarded(asio::io_context& context, const std::vector<SessionOrder>& orders) {
  std::vector<MutantOrder> mutants;
  for (std::size_t i = 0; i < subjects_.size(); ++i) {
    Subject& subject = subjects_[i];
    const std::vector<ProtectionProof> proofs = ProofsOf(subject.trials, subject.baseline, {});
    for (std::size_t j = 0; j < subject.trials.size(); ++j) {
      MutantTrial& trial = subject.trials[j];
      const bool is_open = proofs[j].verdict == ProofVerdict::kUnguarded;
      if (!subject.is_selected[j] || !is_open) continue;
      mutants.push_back({.baseline = orders[i],
                         .controls = subject.run,
                         .line = *trial.mutation.line,
                         .result = trial.run,
                         .name = trial.mutation.id});
    }
  }
  Run(context, mutants);
}

void Prover::RunDepths(asio::io_context& context, const std::vector<SessionOrder>& orders) {
  std::vector<MutantOrder> mutants;
  for (std::size_t i = 0; i < subjects_.size(); ++i) {
    Subject& subject = subjects_[i];
    if (!subject.run.launch_error.empty()) continue;
    for (DepthTrial& depth : subject.depths) {
      if (!depth.combination.line) continue;
      mutants.push_back({.baseline = orders[i],
                         .controls = subject.run,
                         .line = *depth.combination.line,
                         .result = depth.run,
                         .name = "several at once",
                         .is_explained = true,
                         .only = subject.asserted});
    }
  }
  Run(context, mutants);
}

// The same sessions once more; what was begun for them goes to the first that asks.
std::vector<SessionOrder> Again(std::vector<SessionOrder>& orders) {
  std::vector<SessionOrder> again;
  for (SessionOrder& one : orders) {
    again.push_back({.spec = one.spec,
                     .channels = one.channels,
                     .driver = one.driver,
                     .plan = one.plan,
                     .world = one.world,
                     .agent_path = one.agent_path,
                     .decoy = std::move(one.decoy),
                     .number = one.number,
                     .batch_path = one.batch_path,
                     .piped_argv = one.piped_argv,
                     .control_batch_path = one.control_batch_path,
                     .only = one.only,
                     .today = one.today,
                     .ask_version = one.ask_version,
                     .before_probes = one.before_probes});
  }
  return again;
}

std::vector<SandboxRun> Prover::Conduct(asio::io_context& context,
                                        std::vector<SessionOrder> orders) {
  std::vector<SandboxRun> first = RunSessions(context, Again(orders), options_.collect);
  for (std::size_t i = 0; i < subjects_.size(); ++i) {
    Subject& subject = subjects_[i];
    subject.run = first[i];
    subject.baseline = StatesOf(first[i]);
    for (const CheckResult& result : first[i].results) {
      const Check& check = result.check;
      const bool is_asserted = check.expectation != Expectation::kAny;
      if (is_asserted && check.not_applicable.empty()) subject.asserted.push_back(check.Id());
    }
  }
  RunNeeded(context, orders);
  RunCovers(context, orders);
  RunUnguarded(context, orders);
  RunDepths(context, orders);
  const std::vector<SandboxRun> last = RunSessions(context, Again(orders), options_.collect);
  for (std::size_t i = 0; i < subjects_.size(); ++i) {
    subjects_[i].unstable = Unstable(subjects_[i].baseline, StatesOf(last[i]));
  }
  return first;
}

std::vector<std::string> InState(const CheckStates& states, CheckState wanted) {
  std::vector<std::string> ids;
  for (const auto& [id, state] : states.asserted) {
    if (state == wanted) ids.push_back(id);
  }
  return ids;
}

// What several protections hold, and what none does.
void AddDepths(const Subject& subject, SandboxProof& proof) {
  proof.is_whole = false;
  std::set<std::string> proven = subject.unstable;
  for (const ProtectionProof& one : proof.protections) {
    proven.insert(one.turned_red.begin(), one.turned_red.end());
  }
  if (proof.protections.empty()) return;
  proof.in_depth =
      DepthsOf(subject.depths, subject.trials, subject.baseline, subject.unstable, proven);
  proof.is_whole = !subject.depths.empty() && Count(proof, ProofVerdict::kNotRun) == 0 &&
                   std::ranges::all_of(proof.in_depth, &DepthProof::was_run);
  if (proof.is_whole) proof.unproven = UnprovenOf(subject.run, subject.depths, proven);
}

SandboxProof Prover::ProofOf(const Subject& subject) const {
  const SandboxRun& run = subject.run;
  SandboxProof proof{.name = run.name,
                     .driver = run.driver,
                     .launcher_version = run.launcher_version,
                     .profile = run.profile,
                     .argv = run.argv,
                     .source_line = run.source_line,
                     .baseline = Count(run),
                     .shortfall = Shortfall(run),
                     .already_red = InState(subject.baseline, CheckState::kRed),
                     .inconclusive = InState(subject.baseline, CheckState::kUnknown),
                     .unstable = {subject.unstable.begin(), subject.unstable.end()}};
  const std::vector<ProtectionProof> all =
      ProofsOf(subject.trials, subject.baseline, subject.unstable);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (subject.is_selected[i]) proof.protections.push_back(all[i]);
  }
  if (!run.launch_error.empty()) proof.protections.clear();
  AddDepths(subject, proof);
  return proof;
}

std::vector<SandboxProof> Prover::Proofs() const {
  std::vector<SandboxProof> proofs;
  proofs.reserve(subjects_.size());
  for (const Subject& subject : subjects_) proofs.push_back(ProofOf(subject));
  return proofs;
}

}  // namespace

Result<Proof> Prove(const Spec& spec, const ProveOptions& options) {
  TRY(std::vector<Inventory> inventories, TakeInventory(spec, options));
  ProveOptions used = options;
  used.collect.seats = std::max<std::size_t>(options.collect.parallel, 1);
  Prover prover(std::move(inventories), used);
  TRY(const Run run,
      Collect(spec, used.collect, [&](asio::io_context& context, std::vector<SessionOrder> orders) {
        return prover.Conduct(context, std::move(orders));
      }));
  Proof proof{.started_at = run.started_at,
              .hostname = run.hostname,
              .fingerprint = run.fingerprint,
              .config_file = run.config_file,
              .only = options.flags,
              .only_properties = options.collect.only,
              .sandboxes = prover.Proofs(),
              .duration = run.duration};
  for (SandboxProof& sandbox : proof.sandboxes) sandbox.source_file = spec.file;
  proof.exit_code = ExitCode(proof);
  Redact(proof);
  return proof;
}

Result<std::vector<MutationList>> ListMutations(const Spec& spec, const ProveOptions& options) {
  TRY(std::vector<Inventory> inventories, TakeInventory(spec, options));
  std::vector<MutationList> lists;
  for (Inventory& inventory : inventories) {
    std::erase_if(inventory.list.mutations,
                  [&](const Mutation& one) { return !IsSelected(one, options.flags); });
    lists.push_back(std::move(inventory.list));
  }
  return lists;
}

}  // namespace sandproof
