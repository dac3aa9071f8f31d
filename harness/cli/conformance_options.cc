#include "harness/cli/conformance_options.h"

#include <CLI/CLI.hpp>

#include "harness/cli/cli.h"

namespace sandproof::cli {

namespace {

void AddOptions(CLI::App& app, ConformanceOptions& options) {
  CLI::Option* config = app.add_option("--config", options.config, "the configuration");
  CLI::Option* sandbox = app.add_option("--sandbox", options.sandbox, "its name in there");
  app.add_option("--report", options.report, "where the observations are stored")->required();
  app.add_option("--define", options.define, "NAME=VALUE for {NAME} in the configuration");
  app.add_option("--require", options.require, "what this host must be able to test")
      ->delimiter(',');
  CLI::Option* collect =
      app.add_flag("--collect", options.collect, "launch once and store the observations");
  CLI::Option* ctest = app.add_flag("--ctest", options.ctest, "print CTest commands");
  for (CLI::Option* mode : {collect, ctest}) mode->needs(config, sandbox);
  app.add_option("--check", options.check, "only the test of this check")->needs(sandbox);
  app.add_flag("--required", options.required, "only the test that something was shown")
      ->needs(sandbox);
  app.add_option("--name", options.order.name, "what the names in CTest begin with");
  app.add_option("--label", options.order.labels, "further labels in CTest");
  app.add_option("--fixture", options.order.fixtures, "fixtures that the launch needs");
  app.add_option("--timeout", options.order.timeout, "of the launch in CTest, in seconds")
      ->check(CLI::PositiveNumber);
}

}  // namespace

std::optional<int> Parse(int argc, char** argv, ConformanceOptions& options) {
  CLI::App app("Conformance tests of sandboxes, for ctest.", "sandproof-conformance");
  AddOptions(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  return std::nullopt;
}

}  // namespace sandproof::cli
