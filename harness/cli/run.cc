#include <CLI/CLI.hpp>

#include "harness/cli/cli.h"
#include "harness/cli/variables.h"
#include "harness/spec/spec.h"

namespace sandproof::cli {

namespace {

struct RunArguments {
  RunOptions run = {};
  std::string file = "sandproof.json";
  std::vector<std::string> define = {};
};

Result<int> Act(const RunArguments& options) {
  TRY(const auto variables, ParseVariables(options.define));
  TRY(const Spec spec, LoadSpec(options.file, variables));
  return RunAndReport(spec, options.run);
}

}  // namespace

Action AddRun(CLI::App& app) {
  CLI::App* command = app.add_subcommand("run", "judge every sandbox of a configuration file");
  const auto options = std::make_shared<RunArguments>();
  command->add_option("file", options->file, "the configuration; sandproof.json by default");
  command->add_option("--sandbox", options->run.sandboxes, "only these sandboxes")->delimiter(',');
  command->add_option("--define", options->define, "NAME=VALUE for {NAME} in the configuration");
  AddRunOptions(*command, options->run);
  return [command, options]() -> Result<int> {
    return command->parsed() ? Act(*options) : Result<int>(-1);
  };
}

}  // namespace sandproof::cli
