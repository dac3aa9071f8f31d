#include <fmt/format.h>

#include "harness/cli/cli.h"
#include "suites/catalogue/catalogue.h"
#include "suites/plan.h"

namespace sandproof::cli {

namespace {

struct Options {
  std::string format = "text";
  std::vector<std::string> only = {};
};

void PrintMarkdown(const Property& property) {
  fmt::print("| `{}` | {} | {} | {} | {} | {} | {} |\n", property.id, Name(property.severity),
             property.claim, Name(property.expect.strict), Name(property.expect.service),
             Name(property.expect.agent), property.source);
}

Result<int> Act(const Options& options) {
  const bool is_markdown = options.format == "markdown";
  if (is_markdown) {
    fmt::print(
        "| id | severity | what holds | strict | service | agent | source |\n"
        "|---|---|---|---|---|---|---|\n");
  }
  int shown = 0;
  for (const Property& property : Catalogue()) {
    if (!IsSelected(property.id, options.only)) continue;
    ++shown;
    if (is_markdown) PrintMarkdown(property);
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
  const auto options = std::make_shared<Options>();
  command->add_option("only", options->only, "ids or prefixes");
  command->add_option("--format", options->format, "text, markdown or ids")
      ->check(CLI::IsMember({"text", "markdown", "ids"}));
  return [command, options]() -> Result<int> {
    return command->parsed() ? Act(*options) : Result<int>(-1);
  };
}

}  // namespace sandproof::cli
