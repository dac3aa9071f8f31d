#include "harness/driver/bwrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

#include "harness/driver/bwrap_args.h"
#include "harness/driver/bwrap_combinations.h"
#include "harness/driver/bwrap_defects.h"
#include "harness/driver/bwrap_entry.h"
#include "harness/driver/bwrap_hints.h"
#include "harness/driver/bwrap_layout.h"
#include "harness/driver/bwrap_line.h"
#include "harness/driver/bwrap_mutations.h"
#include "harness/driver/bwrap_promises.h"
#include "harness/driver/handed.h"
#include "harness/driver/limit_words.h"
#include "harness/driver/payload.h"

namespace sandproof {
namespace {

using Words = std::span<const std::string>;

void Insert(std::vector<std::string>& words, const BwrapInsertion& insertion) {
  const auto index = static_cast<std::ptrdiff_t>(insertion.before.index);
  words.insert(words.begin() + index, insertion.words.begin(), insertion.words.end());
}

void Insert(std::vector<LaunchDescriptor>& fds, const BwrapInsertion& insertion) {
  const auto file = std::ranges::find(fds, insertion.before.file, &LaunchDescriptor::fd);
  std::vector<std::string> words = SplitBwrapFile(file->content.value_or(""));
  Insert(words, insertion);
  file->content = JoinBwrapFile(words);
}

// From the last place to the first, so that the places counted in the user's words stay right.
void InsertAll(const std::vector<BwrapEntry>& entries, std::vector<std::string>& options,
               LaunchPlan& plan) {
  std::vector<BwrapInsertion> insertions;
  for (const BwrapEntry& entry : entries) {
    if (entry.insertion) insertions.push_back(*entry.insertion);
  }
  std::ranges::stable_sort(insertions, std::ranges::greater(),
                           [](const BwrapInsertion& one) { return one.before.index; });
  for (const BwrapInsertion& one : insertions) {
    if (one.before.file < 0) Insert(options, one);
    if (one.before.file >= 0) Insert(plan.fds, one);
  }
}

// The user's command with the agent for the payload. What follows {payload} goes only when the
// payload is the command itself, for then it is the payload's arguments; a wrapper keeps its own.
std::vector<std::string> CommandWith(const std::vector<std::string>& agent, const BwrapLine& line,
                                     std::size_t command) {
  std::vector<std::string> words(line.words.begin() + static_cast<std::ptrdiff_t>(command),
                                 line.words.end());
  const std::size_t payload = line.payload - command;
  if (payload == 0) return agent;
  const auto at = words.erase(words.begin() + static_cast<std::ptrdiff_t>(payload));
  words.insert(at, agent.begin(), agent.end());
  return words;
}

class Bwrap final : public Driver {
 public:
  [[nodiscard]] std::string_view name() const override { return "bwrap"; }

  [[nodiscard]] bool Recognises(const std::vector<std::string>& launch) const override {
    return FindBwrap(launch).has_value();
  }

  [[nodiscard]] Result<std::vector<int>> ContentNeeded(const SandboxSpec& spec) const override {
    TRY(const BwrapLine line, CutBwrapLine(spec));
    TRY(BwrapArguments arguments, ParseBwrapLine(line, std::nullopt));
    return std::move(arguments.files);
  }

  [[nodiscard]] Result<LaunchPlan> Plan(const LaunchInput& input) const override;

  [[nodiscard]] Result<std::vector<Mutation>> Mutations(const MutationInput& input) const override {
    return BwrapMutations(input);
  }

  [[nodiscard]] Result<std::vector<Combination>> Combinations(
      const MutationInput& input) const override {
    return BwrapCombinations(input);
  }

  [[nodiscard]] std::vector<std::string> VersionCommand(
      const std::vector<std::string>& launch) const override {
    const std::optional<BwrapLine> line = FindBwrap(launch);
    if (!line) return {};
    return {line->program, "--version"};
  }

  [[nodiscard]] std::optional<std::vector<std::string>> KnownDefects(
      std::string_view said, bool is_set_id) const override {
    return BwrapDefects(said, is_set_id);
  }

  [[nodiscard]] std::string_view Hint(std::string_view last_words) const override {
    return BwrapHint(last_words);
  }
};

// The agent's way in, and that of the request's file when there is one.
Result<std::vector<BwrapEntry>> Enter(const BwrapSandbox& sandbox, const LaunchInput& input) {
  TRY(BwrapEntry agent, EnterAgent(sandbox, input.agent_path));
  std::vector<BwrapEntry> entries = {std::move(agent)};
  if (input.batch_path.empty()) return entries;
  const std::optional<LaunchDescriptor>& taken = entries.front().descriptor;
  TRY(BwrapEntry batch,
      EnterBatch(sandbox, input.batch_path, taken ? std::optional(taken->fd) : std::nullopt));
  entries.push_back(std::move(batch));
  return entries;
}

void Declare(const std::vector<BwrapEntry>& entries, LaunchPlan& plan) {
  for (const BwrapEntry& entry : entries) {
    if (entry.descriptor) plan.fds.push_back(*entry.descriptor);
    if (entry.is_new_path) plan.added_paths.push_back(entry.inside);
    plan.perturbation.push_back(entry.perturbation);
  }
}

Result<LaunchPlan> Bwrap::Plan(const LaunchInput& input) const {
  TRY(const BwrapLine line, CutBwrapLine(input.spec));
  TRY(const BwrapArguments arguments, ParseBwrapLine(line, input.fd_content));
  const BwrapLayout layout = LayOut(arguments, input.spec);
  TRY(const std::vector<BwrapEntry> entries, Enter({.spec = input.spec,
                                                    .arguments = arguments,
                                                    .layout = layout,
                                                    .is_wrapped = line.payload > arguments.command},
                                                   input));

  LaunchPlan plan{.fds = HandedDescriptors(input),
                  .prefix = {line.prefix.begin(), line.prefix.end()},
                  .promises = PromisesOf(arguments, layout)};
  std::vector<std::string> words;
  for (const Words around : {line.prefix, line.words.subspan(arguments.command)}) {
    std::ranges::move(WrapperPromisesOf(around), std::back_inserter(plan.promises.flags));
    std::ranges::move(LimitPromisesOf(around), std::back_inserter(plan.promises.flags));
    words.insert(words.end(), around.begin(), around.end());
  }
  plan.promises.limits = LimitsIn(words);
  const Words own = line.words.first(arguments.command);
  std::vector<std::string> options(own.begin(), own.end());
  InsertAll(entries, options, plan);
  Declare(entries, plan);
  const std::string batch = entries.size() > 1 ? entries[1].inside : "";
  const std::vector<std::string> command =
      CommandWith(AgentCommand(entries[0].inside, batch), line, arguments.command);
  plan.argv = plan.prefix;
  plan.argv.push_back(line.program);
  plan.argv.insert(plan.argv.end(), options.begin(), options.end());
  plan.argv.insert(plan.argv.end(), command.begin(), command.end());
  return plan;
}

}  // namespace

const Driver& BwrapDriver() {
  static const Bwrap driver;
  return driver;
}

}  // namespace sandproof
