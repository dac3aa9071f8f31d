#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "harness/cli/cli.h"
#include "suites/catalogue/catalogue.h"
#include "suites/features/features.h"
#include "suites/plan.h"

namespace sandproof::cli {

namespace {

struct ListArguments {
  std::string format = "text";
  std::vector<std::string> only = {};
};

void PrintRow(const Property& property) {
  fmt::print("| `{}` | {} | {} | {} | {} | {} | {} |\n", property.id, Name(property.severity),
             property.claim, Name(property.expect.strict), Name(property.expect.service),
             Name(property.expect.agent), property.source);
}

Result<int> Act(const ListArguments& options) {
  if (options.format == "markdown") {
    if (!options.only.empty())
      return BadInput("list: --format markdown is the table of everything");
    fmt::print("{}", FeaturesMarkdown());
    return 0;
  }
  const bool is_table = options.format == "table";
  if (is_table) {
    fmt::print(
        "| id | severity | what holds | strict | service | agent | source |\n"
        "|---|---|---|---|---|---|---|\n");
  }
  int shown = 0;
  for (const Property& property : Catalogue()) {
    if (!IsSelected(property.id, options.only)) continue;
    ++shown;
    if (is_table) PrintRow(property);
    if (options.format == "ids") fmt::print("{}\n", property.id);
    if (options.format == "text") {
      fmt::print("{:36} {:9} {}\n", property.id, Name(property.severity), property.claim);
    }
  }
  if (shown == 0) return BadInput("list: no property has this id or prefix");
  return 0;
}

}  // namespace

Action AddList(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "the properties, from their records");
  const auto options = std::make_shared<ListArguments>();
  command->add_option("only", options->only, "ids or prefixes");
  command
      ->add_option("--format", options->format,
                   "text, ids, table (one row each), or markdown (what the field checks, and the "
                   "ids that answer to it)")
      ->check(CLI::IsMember({"text", "table", "markdown", "ids"}));
  return [command, options]() -> Result<int> {
    return command->parsed() ? Act(*options) : Result<int>(-1);
  };
}

}  // namespace sandproof::cli
