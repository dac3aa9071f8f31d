#include "harness/supervise/report.h"

#include <algorithm>

namespace sandproof {

SeenList::SeenList(const Experiment& experiment, const std::vector<std::string>& properties) {
  for (const std::string& property : properties) {
    seen_.push_back({.property = property, .subject = experiment.subject});
  }
}

Seen* SeenList::Find(const std::string& property) {
  const auto found = std::ranges::find(seen_, property, &Seen::property);
  return found == seen_.end() ? nullptr : &*found;
}

void SeenList::Tell(const std::string& property, const std::vector<std::string>& wrong) {
  Seen* one = Find(property);
  if (one == nullptr) return;
  one->seen.outcome = Outcome::kReached;
  one->seen.facts["wrong"] = wrong;
}

void SeenList::Silence(const std::string& why) {
  for (Seen& one : seen_) {
    if (one.seen.facts.empty() && one.silence.empty()) one.silence = why;
  }
}

void SeenList::Silence(const std::string& property, const std::string& why) {
  if (Seen* one = Find(property)) one->silence = why;
}

std::vector<Seen> SeenList::Take() {
  Silence("the experiment did not tell");
  for (Seen& one : seen_) {
    one.seen.probe = "supervise/experiment";
    one.seen.call = call_;
    for (const auto& [name, values] : facts_) one.seen.facts[name] = values;
  }
  return std::move(seen_);
}

}  // namespace sandproof
