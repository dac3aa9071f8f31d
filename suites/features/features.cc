#include "suites/features/features.h"

#include <iterator>
#include <utility>

#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace {

std::vector<FeatureSection> AllSections() {
  std::vector<FeatureSection> all;
  for (const auto part : {features::Isolation, features::Privilege, features::Resources,
                          features::Service, features::Tool}) {
    std::vector<FeatureSection> some = part();
    all.insert(all.end(), std::make_move_iterator(some.begin()),
               std::make_move_iterator(some.end()));
  }
  return all;
}

std::string Cell(const Feature& feature) {
  std::string cell;
  for (const std::string_view id : feature.ids) {
    cell += (cell.empty() ? "`" : ", `") + std::string(id) + '`';
  }
  if (!feature.note.empty()) cell += (cell.empty() ? "" : ". ") + std::string(feature.note);
  return cell;
}

}  // namespace

std::span<const FeatureSection> Features() {
  static const std::vector<FeatureSection> all = AllSections();
  return all;
}

bool Names(std::string_view pattern, std::string_view id) {
  if (!pattern.ends_with(".*")) return pattern == id;
  return id.starts_with(pattern.substr(0, pattern.size() - 1));
}

std::string FeaturesMarkdown() {
  std::string text =
      "# What is checked\n\n"
      "Every check or feature that comparable tools offer, by its number, and the properties that "
      "answer to it\n(`sandproof explain ID`), or why there is none. "
      "Made by `sandproof list --format markdown`.\n";
  for (const FeatureSection& section : Features()) {
    text +=
        "\n## " + std::string(section.title) + "\n\n| row | check | properties |\n|---|---|---|\n";
    for (const Feature& feature : section.rows) {
      text += "| " + std::to_string(feature.number) + " | " + std::string(feature.text) + " | " +
              Cell(feature) + " |\n";
    }
  }
  return text;
}

}  // namespace sandproof
