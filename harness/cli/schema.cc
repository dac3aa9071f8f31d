#include <CLI/CLI.hpp>

#include "harness/cli/cli.h"
#include "harness/spec/spec.h"
#include "reports/json.h"
#include "reports/proof_json.h"

namespace sandproof::cli {

Action AddSchema(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("schema", "the JSON Schema of the configuration or of a report");
  const auto which = std::make_shared<std::string>("config");
  command->add_option("which", *which, "config, report or proof")
      ->check(CLI::IsMember({"config", "report", "proof"}));
  return [command, which]() -> Result<int> {
    if (!command->parsed()) return -1;
    std::string_view schema = SpecSchema();
    if (*which == "report") schema = JsonSchema();
    if (*which == "proof") schema = ProofSchema();
    TRY(const bool is_written, WriteFile("-", std::string(schema)));
    return is_written ? 0 : kInternalError;
  };
}

}  // namespace sandproof::cli
