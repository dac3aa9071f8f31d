// The command line: parses, dispatches, and turns errors into the exit codes of the design.
#include <fmt/format.h>

#include <csignal>
#include <exception>

#include "harness/cli/cli.h"

namespace {

using namespace sandproof;

int Report(const Error& error) {
  fmt::print(stderr, "sandproof: {}\n", error.message);
  return error.kind == ErrorKind::kConfiguration ? cli::kUsage : cli::kInternalError;
}

int Dispatch(const std::vector<cli::Action>& actions) {
  constexpr int kNotMine = -1;
  for (const cli::Action& action : actions) {
    const Result<int> code = action();
    if (!code) return Report(code.error());
    if (*code != kNotMine) return *code;
  }
  return cli::kUsage;
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Security conformance tests for sandboxes: launches probes inside the sandboxes that "
      "a project really uses and says, with evidence, what holds.",
      "sandproof");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("sandproof ") + SANDPROOF_VERSION);
  const std::vector<cli::Action> actions = {
      cli::AddCheck(app),   cli::AddRun(app),    cli::AddJudge(app), cli::AddList(app),
      cli::AddExplain(app), cli::AddDoctor(app), cli::AddSchema(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : cli::kUsage;
  }
  return Dispatch(actions);
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away early must not end us before the canaries are gone.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return Main(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sandproof: internal error: {}\n", error.what());
    return cli::kInternalError;
  }
}
