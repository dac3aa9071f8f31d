#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "harness/cli/cli.h"
#include "harness/spec/file.h"
#include "harness/spec/quote.h"
#include "harness/spec/spec.h"
#include "reports/json.h"
#include "reports/judging.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof::cli {

namespace {

struct JudgeArguments {
  RunOptions run = {};
  std::string file = {};
};

// Keeps the sandboxes that are wanted.
Result<bool> SelectStored(Run& run, const JudgeArguments& options) {
  const std::vector<std::string>& wanted = options.run.sandboxes;
  for (const std::string& name : wanted) {
    if (std::ranges::find(run.sandboxes, name, &SandboxRun::name) != run.sandboxes.end()) continue;
    return BadInput(fmt::format("{}: no sandbox in it is called {}", Escaped(options.file), name));
  }
  std::erase_if(run.sandboxes, [&](const SandboxRun& sandbox) {
    return !wanted.empty() && std::ranges::find(wanted, sandbox.name) == wanted.end();
  });
  return true;
}

Result<int> Act(const JudgeArguments& options) {
  TRY(const bool is_valid, CheckSelection(options.run.only));
  TRY(Run run, LoadReport(options.file));
  TRY(const bool is_selected, SelectStored(run, options));
  static_cast<void>(is_valid && is_selected);
  JudgeAgain(run, options.run.only);
  if (run.exit_code == kUsage) {
    return BadInput(
        fmt::format("{}: nothing that is selected was observed in it", Escaped(options.file)));
  }
  return ReportRun(std::move(run), options.run);
}

}  // namespace

Result<Run> LoadReport(const std::string& file) {
  constexpr std::size_t kMaxBytes = 64UL * 1024 * 1024;
  TRY(const std::string text, ReadFile(file, {.what = "a report", .max_bytes = kMaxBytes}));
  std::variant<Run, Unreadable> read = ReadJson(text, Catalogue());
  if (const auto* bad = std::get_if<Unreadable>(&read)) {
    return BadInput(fmt::format("{}: {}", Escaped(file), bad->message));
  }
  return std::get<Run>(std::move(read));
}

Action AddJudge(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "judge", "judge the observations of an earlier run again, launching nothing");
  const auto options = std::make_shared<JudgeArguments>();
  command->add_option("file", options->file, "the JSON report of that run")->required();
  command->add_option("--sandbox", options->run.sandboxes, "only these sandboxes")->delimiter(',');
  AddReportOptions(*command, options->run);
  command->footer("Waivers hold as of the day of the run.");
  return [command, options]() -> Result<int> {
    return command->parsed() ? Act(*options) : Result<int>(-1);
  };
}

}  // namespace sandproof::cli
