#include "reports/finding.h"

#include <algorithm>
#include <string_view>

#include "reports/printable.h"
#include "reports/text.h"

namespace sandproof {

namespace {

// What a fact property judges: two subjects with different values are two findings.
const std::vector<std::string>* JudgedValues(const CheckResult& result) {
  const Property& property = *result.check.property;
  if (!property.fact || !result.evidence.inside) return nullptr;
  const auto found = result.evidence.inside->facts.find(property.fact->fact);
  return found == result.evidence.inside->facts.end() ? nullptr : &found->second;
}

bool IsSameKind(const std::optional<Observation>& left, const std::optional<Observation>& right) {
  if (!left || !right) return left.has_value() == right.has_value();
  return left->outcome == right->outcome && left->error == right->error;
}

bool IsSameValues(const CheckResult& left, const CheckResult& right) {
  const std::vector<std::string>* ours = JudgedValues(left);
  const std::vector<std::string>* theirs = JudgedValues(right);
  if (ours == nullptr || theirs == nullptr) return ours == theirs;
  return *ours == *theirs;
}

bool IsAlike(const CheckResult& left, const CheckResult& right) {
  const Evidence& ours = left.evidence;
  const Evidence& theirs = right.evidence;
  return left.check.property == right.check.property &&
         left.check.expectation == right.check.expectation &&
         left.judgement.reason == right.judgement.reason && left.remedy == right.remedy &&
         left.waiver == right.waiver && ours.canary_alive == theirs.canary_alive &&
         ours.silence == theirs.silence && IsSameKind(ours.inside, theirs.inside) &&
         IsSameKind(ours.control_before, theirs.control_before) &&
         IsSameKind(ours.control_after, theirs.control_after) && IsSameValues(left, right);
}

std::string_view FirstClause(std::string_view sentence) {
  return sentence.substr(0, std::min(sentence.find("; "), sentence.find(": ")));
}

std::string_view WholeReason(const Judgement& judgement) {
  return judgement.explanation.empty() ? judgement.reason : judgement.explanation;
}

}  // namespace

std::string Finding::Title() const {
  std::string subjects;
  for (const CheckResult* result : results) {
    if (result->check.subject.empty()) continue;
    if (!subjects.empty()) subjects += ' ';
    subjects += Printable(result->check.subject);
  }
  const std::string id = Printable(First().check.property->id);
  return subjects.empty() ? id : id + '[' + subjects + ']';
}

std::vector<Finding> FindingsOf(const SandboxRun& sandbox, Verdict verdict) {
  std::vector<Finding> findings;
  for (const CheckResult& result : sandbox.results) {
    if (result.judgement.verdict != verdict) continue;
    const auto alike = std::ranges::find_if(
        findings, [&result](const Finding& finding) { return IsAlike(finding.First(), result); });
    if (alike == findings.end()) {
      findings.push_back({.results = {&result}});
    } else {
      alike->results.push_back(&result);
    }
  }
  std::ranges::stable_sort(findings, [](const Finding& left, const Finding& right) {
    return left.First().check.property->severity > right.First().check.property->severity;
  });
  return findings;
}

std::vector<SkipReason> SkipReasonsOf(const SandboxRun& sandbox) {
  std::vector<SkipReason> reasons;
  for (const CheckResult& result : sandbox.results) {
    if (result.judgement.verdict != Verdict::kSkipped) continue;
    const std::string_view whole = WholeReason(result.judgement);
    const auto known = std::ranges::find_if(reasons, [whole](const SkipReason& reason) {
      return FirstClause(reason.text) == FirstClause(whole);
    });
    if (known == reasons.end()) {
      reasons.push_back({.text = std::string(whole), .count = 1});
      continue;
    }
    ++known->count;
    if (known->text != whole) known->text = FirstClause(whole);
  }
  for (SkipReason& reason : reasons) reason.text = Printable(reason.text);
  std::ranges::stable_sort(reasons, std::ranges::greater(), &SkipReason::count);
  return reasons;
}

}  // namespace sandproof
