#include "suites/plan.h"

#include <algorithm>
#include <unordered_map>

#include "suites/part.h"

namespace sandproof {

namespace {

// Requests by what they ask, so that no question is put twice.
class Requests {
 public:
  explicit Requests(Plan& plan) : plan_(plan) {}

  std::size_t Add(std::string_view probe, Params inside, Params outside) {
    const auto [found, is_new] =
        positions_.try_emplace(KeyOf(probe, inside, outside), plan_.inside.size());
    if (is_new) {
      const auto index = static_cast<std::uint32_t>(found->second);
      plan_.inside.push_back(
          {.index = index, .probe = std::string(probe), .params = std::move(inside)});
      plan_.outside.push_back(
          {.index = index, .probe = std::string(probe), .params = std::move(outside)});
    }
    return found->second;
  }

 private:
  // Each part with its length, so that no two requests have one key.
  static std::string KeyOf(std::string_view probe, const Params& inside, const Params& outside) {
    std::string key;
    const auto add = [&key](std::string_view text) {
      const std::size_t size = text.size();
      key.append(reinterpret_cast<const char*>(&size), sizeof size);
      key += text;
    };
    add(probe);
    for (const Params* params : {&inside, &outside}) {
      for (const auto& [name, value] : *params) {
        add(name);
        add(value);
      }
      add("");  // no parameter has this name
    }
    return key;
  }

  Plan& plan_;
  std::unordered_map<std::string, std::size_t> positions_;
};

Expectation ExpectedOf(const Check& check, const PlanInput& input) {
  for (const std::string& key : {check.Id(), std::string(check.property->id)}) {
    const auto found = input.overrides.find(key);
    if (found != input.overrides.end()) return found->second;
  }
  return ExpectedIn(*check.property, input.profile);
}

std::string WhyNot(const Check& check, const PlanInput& input) {
  const Property& property = *check.property;
  if (property.exhausts && input.exhaustion == Exhaustion::kNotTried) {
    return "it takes all that it is given, so it is tried by --exhaust only";
  }
  for (const std::string& key : {check.Id(), std::string(property.id)}) {
    const auto reason = input.not_applicable.find(key);
    if (reason != input.not_applicable.end()) return reason->second;
  }
  const auto missing = input.missing.find(property.canary);
  if (missing != input.missing.end()) return missing->second;
  if (property.canary != Canary::kNone && !input.canaries.contains(property.canary)) {
    return "its canary is not part of this run";
  }
  return {};
}

Params ParamsFor(const Property& property, const PlanInput& input, const std::string& path,
                 const Params& of_subject) {
  Params params;
  const auto extra = input.extra.find(std::string(property.probe));
  if (extra != input.extra.end()) params = extra->second;
  const auto canary = input.canaries.find(property.canary);
  if (canary != input.canaries.end()) params.insert(canary->second.begin(), canary->second.end());
  for (const FixedParam& fixed : property.params) {
    if (fixed.key == kPart) continue;
    params[std::string(fixed.key)] = std::string(fixed.value);
  }
  if (!path.empty()) params["path"] = path;
  for (const auto& [key, value] : of_subject) params[key] = value;
  return params;
}

std::vector<Subject> SubjectsOf(const Property& property, const PlanInput& input) {
  if (IsOfSupervisor(property)) return {};
  if (property.subject == SubjectKind::kNone) return {Subject{}};
  const auto found = input.subjects.find(property.subject);
  return found == input.subjects.end() ? std::vector<Subject>() : found->second;
}

Check CheckOf(const Property& property, const Subject& subject, const PlanInput& input) {
  Check check;
  check.property = &property;
  check.subject = subject.inside;
  check.expectation = ExpectedOf(check, input);
  const auto expected = input.expected.find(std::string(property.id));
  if (expected != input.expected.end()) check.expected = expected->second;
  check.not_applicable = WhyNot(check, input);
  return check;
}

std::size_t Ask(const Property& property, const Subject& subject, const PlanInput& input,
                Requests& requests) {
  // The name of a sandbox is no path, and would take the place of its canary's; neither is an
  // address.
  const bool is_named =
      property.subject == SubjectKind::kPeer || property.subject == SubjectKind::kServer ||
      property.subject == SubjectKind::kCall || property.subject == SubjectKind::kKeptByPeer;
  const std::string inside = is_named ? "" : subject.inside;
  const std::string& outside = subject.outside.empty() ? inside : subject.outside;
  Params of_control = ParamsFor(property, input, outside, subject.params_outside);
  const auto told = input.canaries_outside.find(property.canary);
  if (told != input.canaries_outside.end()) {
    for (const auto& [key, value] : told->second) of_control[key] = value;
  }
  // What can only be tried on something inside must show outside, where that is not, that it works.
  if (!property.nothing_inside.empty()) of_control["control"] = "yes";
  return requests.Add(property.probe, ParamsFor(property, input, inside, subject.params_inside),
                      std::move(of_control));
}

bool IsIn(const Property& property, Exhaustion exhaustion) {
  if (exhaustion == Exhaustion::kNotTried) return true;
  return property.exhausts == (exhaustion == Exhaustion::kOnly);
}

}  // namespace

bool IsOfSupervisor(const Property& property) { return property.probe.starts_with("supervise/"); }
bool IsReadByHarness(std::string_view probe) { return probe.starts_with("host/"); }

bool Selection::Has(std::string_view id) const {
  if (patterns_.empty() || patterns_.contains(id)) return true;
  for (std::size_t at = id.find_first_of(".["); at != std::string_view::npos;
       at = id.find_first_of(".[", at + 1)) {
    if (patterns_.contains(id.substr(0, at))) return true;
  }
  return false;
}

bool IsSelected(std::string_view id, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return true;
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (!id.starts_with(pattern)) return false;
    return id.size() == pattern.size() || id[pattern.size()] == '.' || id[pattern.size()] == '[';
  });
}

Plan MakePlan(std::span<const Property> catalogue, const PlanInput& input) {
  Plan plan;
  Requests requests(plan);
  const Selection selection(input.only);
  for (const Property& property : catalogue) {
    if (!IsIn(property, input.exhaustion)) continue;
    for (const Subject& subject : SubjectsOf(property, input)) {
      const std::string id = Check{.property = &property, .subject = subject.inside}.Id();
      if (!selection.Has(id)) continue;
      PlannedCheck planned{.check = CheckOf(property, subject, input), .unasked = subject.unasked};
      const bool is_asked = planned.check.not_applicable.empty() && planned.unasked.empty() &&
                            !IsReadByHarness(property.probe);
      if (is_asked) planned.request = Ask(property, subject, input, requests);
      plan.checks.push_back(std::move(planned));
    }
  }
  return plan;
}

std::vector<Request> Select(const std::vector<Request>& requests,
                            const std::set<std::size_t>& positions) {
  std::vector<Request> selected;
  for (const std::size_t position : positions) {
    selected.push_back(requests.at(position));
    selected.back().index = static_cast<std::uint32_t>(selected.size() - 1);
  }
  return selected;
}

std::map<std::uint32_t, Observation> Restore(std::map<std::uint32_t, Observation> answers,
                                             const std::set<std::size_t>& positions) {
  const std::vector<std::size_t> list(positions.begin(), positions.end());
  std::map<std::uint32_t, Observation> restored;
  while (!answers.empty()) {
    auto answer = answers.extract(answers.begin());
    answer.key() = static_cast<std::uint32_t>(list.at(answer.key()));
    restored.insert(restored.end(), std::move(answer));
  }
  return restored;
}

}  // namespace sandproof
