#include "harness/collect/path_lists.h"

#include <initializer_list>
#include <string>

#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace {

// Separated by colons, as the probes read lists.
std::string PathsOf(const PlanInput& input, std::initializer_list<SubjectKind> kinds) {
  std::string list;
  for (const SubjectKind kind : kinds) {
    const auto found = input.subjects.find(kind);
    if (found == input.subjects.end()) continue;
    for (const Subject& subject : found->second) {
      list += (list.empty() ? "" : ":") + subject.inside;
    }
  }
  return list;
}

void NotApplicable(PlanInput& input, std::string_view probe, const std::string& why) {
  for (const Property& property : Catalogue()) {
    if (property.probe == probe) input.not_applicable.try_emplace(std::string(property.id), why);
  }
}

}  // namespace

void AddPathLists(PlanInput& input) {
  const std::string read_only = PathsOf(input, {SubjectKind::kReadOnlyPath});
  const std::string open = PathsOf(input, {SubjectKind::kReadWritePath, SubjectKind::kPrivatePath});
  input.extra["fs/ways_around"] = {{"read_only", read_only}, {"open", open}};
  if (read_only.empty()) {
    NotApplicable(input, "fs/ways_around",
                  "neither the launcher nor the configuration calls a path read-only");
  }
}

}  // namespace sandproof
