// The command line: parses, dispatches, and turns errors into the exit codes of the design.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "harness/cli/cli.h"
#include "harness/spec/quote.h"
#include "harness/spec/spec.h"

namespace sandproof::cli {

namespace {

int Report(const Error& error) {
  fmt::print(stderr, "sandproof: {}\n", error.message);
  return error.kind == ErrorKind::kConfiguration ? kUsage : kInternalError;
}

// What cannot be parsed, as every other error is said: in one line, with the nearest command.
int ReportUsage(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> strangers = app.remaining();
  if (strangers.empty() || !app.get_subcommands().empty()) {
    return Report(BadInput(Escaped(error.what()) + "; see --help"));
  }
  const std::string& word = strangers.front();
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const std::string near = Nearest(word, names);
  return Report(BadInput(fmt::format("{}: no such {}; {}", Escaped(word),
                                     word.starts_with('-') ? "option" : "command",
                                     near.empty() ? "see --help" : "did you mean " + near + "?")));
}

int Dispatch(const std::vector<Action>& actions) {
  constexpr int kNotMine = -1;
  for (const Action& action : actions) {
    const Result<int> code = action();
    if (!code) return Report(code.error());
    if (*code != kNotMine) return *code;
  }
  return kUsage;
}

}  // namespace

int Main(int argc, char** argv) {
  CLI::App app(
      "Security conformance tests for sandboxes: launches probes inside the sandboxes that "
      "a project really uses and says, with evidence, what holds.",
      "sandproof");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("sandproof ") + SANDPROOF_VERSION);
  const std::vector<Action> actions = {AddCheck(app),   AddRun(app),    AddCapture(app),
                                       AddProve(app),   AddJudge(app),  AddList(app),
                                       AddExplain(app), AddDoctor(app), AddSchema(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version come here too.
    return error.get_exit_code() == 0 ? app.exit(error) : ReportUsage(app, error);
  }
  return Dispatch(actions);
}

}  // namespace sandproof::cli
