// The command line: parses, dispatches, and turns errors into the exit codes of the design.
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>

#include <csignal>
#include <exception>

#include "harness/cli/cli.h"
#include "harness/spec/quote.h"
#include "harness/spec/spec.h"

namespace {

using namespace sandproof;

int Report(const Error& error) {
  fmt::print(stderr, "sandproof: {}\n", error.message);
  return error.kind == ErrorKind::kConfiguration ? cli::kUsage : cli::kInternalError;
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

int Dispatch(const std::vector<cli::Action>& actions) {
  constexpr int kNotMine = -1;
  for (const cli::Action& action : actions) {
    const Result<int> code = action();
    if (!code) return Report(code.error());
    if (*code != kNotMine) return *code;
  }
  return cli::kUsage;
}

// What we open first must not become our output.
void FillStandardDescriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDWR));
  }
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Security conformance tests for sandboxes: launches probes inside the sandboxes that "
      "a project really uses and says, with evidence, what holds.",
      "sandproof");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("sandproof ") + SANDPROOF_VERSION);
  const std::vector<cli::Action> actions = {
      cli::AddCheck(app),   cli::AddRun(app),    cli::AddCapture(app),
      cli::AddProve(app),   cli::AddJudge(app),  cli::AddList(app),
      cli::AddExplain(app), cli::AddDoctor(app), cli::AddSchema(app)};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version come here too.
    return error.get_exit_code() == 0 ? app.exit(error) : ReportUsage(app, error);
  }
  return Dispatch(actions);
}

}  // namespace

int main(int argc, char** argv) {
  FillStandardDescriptors();
  // Small blocks are many and every large one that is freed would gather those in the fast bins.
  ::mallopt(M_MXFAST, 0);
  // A reader that goes away early must not end us before the canaries are gone.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return Main(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sandproof: internal error: {}\n", error.what());
    return cli::kInternalError;
  }
}
