#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "harness/cli/cli.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof::cli {

namespace {

std::string Names(const std::vector<int>& errors) {
  std::vector<std::string> names;
  for (const int error : errors) names.push_back(ErrnoName(error));
  return fmt::format("{}", fmt::join(names, ", "));
}

void Print(const Property& property) {
  const auto line = [](std::string_view label, std::string_view text) {
    if (!text.empty()) fmt::print("  {:12} {}\n", label, text);
  };
  fmt::print("{}  ({}, {})\n  {}\n\n", property.id, Name(property.severity), Name(property.grade),
             property.claim);
  line("why", property.why);
  line("probe", property.probe);
  line("denied by", Names(property.denied_by));
  line("let in by", Names(property.reached_by));
  line("expected", fmt::format("strict {}, service {}, agent {}", Name(property.expect.strict),
                               Name(property.expect.service), Name(property.expect.agent)));
  for (const Remedy& remedy : property.remedy) {
    line("fix", fmt::format("{}: {}", remedy.driver, remedy.text));
  }
  line("source", property.source);
}

Result<int> Act(const std::string& id) {
  if (const Property* property = FindProperty(id.substr(0, id.find('['))); property != nullptr) {
    Print(*property);
    return 0;
  }
  std::vector<std::string> ids;
  for (const Property& property : Catalogue()) ids.emplace_back(property.id);
  const std::string near = Nearest(id, ids);
  return BadInput(fmt::format("explain: no property has the id {}{}", id,
                              near.empty() ? "" : "; did you mean " + near + "?"));
}

}  // namespace

Action AddExplain(CLI::App& app) {
  CLI::App* command = app.add_subcommand("explain", "one property: why it matters, how to fix it");
  const auto id = std::make_shared<std::string>();
  command->add_option("id", *id, "a property's id")->required();
  return [command, id]() -> Result<int> { return command->parsed() ? Act(*id) : Result<int>(-1); };
}

}  // namespace sandproof::cli
