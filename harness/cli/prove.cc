#include "harness/prove/prove.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>

#include "harness/cli/cli.h"
#include "harness/cli/host.h"
#include "harness/cli/variables.h"
#include "harness/spec/spec.h"
#include "reports/printable.h"
#include "reports/proof_json.h"
#include "reports/proof_junit.h"
#include "reports/proof_terminal.h"

namespace sandproof::cli {

namespace {

constexpr const char* kAbout =
    "Takes each protection of each sandbox away, one at a time, and says which properties notice.\n"
    "\n"
    "guarded       a property turned red without it\n"
    "unguarded     nothing noticed: exit 1\n"
    "redundant     another flag, which is named, has the same effect\n"
    "unobservable  nothing can notice, for the reason given\n"
    "broken        the payload did not start without it\n"
    "\n"
    "What several hold together is found by taking them away together. Properties that pass and\n"
    "that nothing turned red are listed as unproven, with the reason. Exit 3: something\n"
    "was not tried (--budget), or a sandbox shows nothing as it is. Mutants run under the same\n"
    "guard and against the same canaries as `sandproof run`; a line that would make a file on the\n"
    "host is not launched.";

struct ProveArguments {
  RunOptions run = {};
  std::string file = "sandproof.json";
  std::vector<std::string> define = {};
  std::vector<std::string> flags = {};
  double budget = 0;
};

// A launch waits for the kernel half of its time.
std::size_t LaunchesAtATime() {
  return 2 * std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

std::string Format(const Proof& proof, const RunOptions& options) {
  if (options.format == "json") return ToJson(proof);
  if (options.format == "junit") return ToJunit(proof, JunitDialect::kDefault);
  if (options.format == "junit-strict") return ToJunit(proof, JunitDialect::kStrict);
  return ToTerminal(proof, TerminalOf(options));
}

Result<int> Report(Proof proof, const RunOptions& options) {
  if (options.exit_zero) proof.exit_code = 0;
  if (!options.json.empty()) {
    TRY([[maybe_unused]] const bool json, WriteFile(options.json, ToJson(proof)));
  }
  if (!options.junit.empty()) {
    TRY([[maybe_unused]] const bool junit,
        WriteFile(options.junit, ToJunit(proof, JunitDialect::kDefault)));
  }
  if (!options.junit_strict.empty()) {
    TRY([[maybe_unused]] const bool strict,
        WriteFile(options.junit_strict, ToJunit(proof, JunitDialect::kStrict)));
  }
  TRY([[maybe_unused]] const bool shown, WriteFile("-", Format(proof, options)));
  return proof.exit_code;
}

// One line that is written over, and only for a person who watches.
std::function<void(std::size_t, std::size_t, const std::string&)> Counter() {
  if (::isatty(STDERR_FILENO) != 1) return {};
  return [](std::size_t done, std::size_t of, const std::string& id) {
    fmt::print(stderr, "\r\033[K{}/{}  {}{}", done, of, Printable(id, 80),
               done == of ? "\r\033[K" : "");
    std::fflush(stderr);
  };
}

Result<int> List(const Spec& spec, const ProveOptions& options) {
  TRY(const std::vector<MutationList> lists, ListMutations(spec, options));
  for (const MutationList& list : lists) {
    for (const Mutation& mutation : list.mutations) {
      fmt::print("{:16} {}{}\n", Printable(list.sandbox), Printable(mutation.id),
                 mutation.line ? "" : "  (not launched)");
    }
  }
  return 0;
}

Result<int> Act(const ProveArguments& options) {
  TRY([[maybe_unused]] const bool is_valid, CheckSelection(options.run.only));
  TRY(const auto variables, ParseVariables(options.define));
  TRY(const Spec spec, LoadSpec(options.file, variables));
  TRY(const std::string agent, FindAgentBinary());
  const std::size_t parallel = options.run.parallel;
  ProveOptions prove{.collect = {.agent_path = agent,
                                 .only = options.run.only,
                                 .only_sandboxes = options.run.sandboxes,
                                 .parallel = parallel > 0 ? parallel : LaunchesAtATime()},
                     .flags = options.flags,
                     .on_progress = Counter()};
  if (options.budget > 0) {
    prove.budget = std::chrono::milliseconds(static_cast<long>(options.budget * 1000));
  }
  if (options.run.list) return List(spec, prove);
  TRY(const std::vector<std::string> lacking, LackingOf(options.run.require, agent, false));
  TRY(Proof proof, Prove(spec, prove));
  for (const std::string& one : lacking) {
    proof.warnings.push_back("required, but this host cannot: " + one);
    proof.exit_code = 1;
  }
  return Report(std::move(proof), options.run);
}

}  // namespace

Action AddProve(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "prove", "take each protection of a configuration away, and demand that something notices");
  const auto options = std::make_shared<ProveArguments>();
  command->add_option("file", options->file, "the configuration; sandproof.json by default");
  command->add_option("--sandbox", options->run.sandboxes, "only these sandboxes")->delimiter(',');
  command->add_option("--define", options->define, "NAME=VALUE for {NAME} in the configuration");
  command
      ->add_option("--only", options->flags,
                   "only this flag (--only=--unshare-net, --only unshare-net), or a whole id of "
                   "--list; repeatable")
      ->take_all();
  command->add_option("--budget", options->budget, "begin no mutant after this many seconds")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--only-properties", options->run.only,
                   "ask only these properties: ids or prefixes (fs.ro)")
      ->delimiter(',');
  AddFormatOptions(*command, options->run);
  AddLaunchOptions(*command, options->run);
  command->footer(kAbout);
  return [command, options]() -> Result<int> {
    return command->parsed() ? Act(*options) : Result<int>(-1);
  };
}

}  // namespace sandproof::cli
