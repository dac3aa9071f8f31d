#include "harness/cli/cli.h"
#include "harness/spec/spec.h"
#include "reports/json.h"

namespace sandproof::cli {

Action AddSchema(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("schema", "the JSON Schema of the configuration or report");
  const auto which = std::make_shared<std::string>("config");
  command->add_option("which", *which, "config or report")
      ->check(CLI::IsMember({"config", "report"}));
  return [command, which]() -> Result<int> {
    if (!command->parsed()) return -1;
    const std::string_view schema = *which == "report" ? JsonSchema() : SpecSchema();
    TRY(const bool is_written, WriteFile("-", std::string(schema)));
    return is_written ? 0 : kInternalError;
  };
}

}  // namespace sandproof::cli
