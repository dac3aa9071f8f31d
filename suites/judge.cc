#include "suites/judge.h"

#include <algorithm>
#include <cerrno>
#include <string>

namespace sandproof {

namespace {

bool Contains(const std::vector<int>& numbers, int number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// " (filter)": who refused, where the probe could tell.
std::string By(const Observation& observation) {
  const std::string* by = observation.Fact("refused_by");
  return by == nullptr ? "" : " (" + *by + ")";
}

std::string Say(const Observation& observation) {
  switch (observation.outcome) {
    case Outcome::kReached:
      return observation.call + ": reached";
    case Outcome::kDenied:
      return observation.call + ": " + ErrnoName(observation.error) + By(observation);
    case Outcome::kKilled:
      return observation.call + ": killed by " + SignalName(observation.error);
    case Outcome::kTimeout:
      return observation.call + ": no answer within the limit";
    case Outcome::kSetupFailed:
      return observation.call + ": the probe's own preparation failed with " +
             ErrnoName(observation.error);
  }
  return observation.call;
}

bool IsReach(const Property& property, const Observation& observation) {
  if (observation.outcome == Outcome::kReached) return true;
  return observation.outcome == Outcome::kDenied &&
         Contains(property.reached_by, observation.error);
}

Judgement Silent(const Evidence& evidence) {
  const std::string why =
      evidence.silence.empty() ? "the agent gave no answer to this probe" : evidence.silence;
  return {Verdict::kInconclusive, "probe_silent", why};
}

// The control's word that this kernel or host has no such thing.
bool IsAbsent(const Property& property, const std::optional<Observation>& control) {
  if (!control || control->outcome != Outcome::kDenied) return false;
  return control->error == ENOSYS || control->error == EAFNOSUPPORT ||
         Contains(property.absent_by, control->error);
}

bool IsAbsentOutside(const Property& property, const Evidence& evidence) {
  return IsAbsent(property, evidence.control_before) && IsAbsent(property, evidence.control_after);
}

// Whoever starts the launcher has the limit, or a lower one, by itself.
bool IsLimitedOutside(const Property& property, const std::optional<Observation>& control) {
  if (!property.exhausts || !control) return false;
  if (control->outcome == Outcome::kKilled) {
    return Contains(property.denied_by_signal, control->error);
  }
  return control->outcome == Outcome::kDenied && Contains(property.denied_by, control->error);
}

bool IsRefusedToIdentity(const std::optional<Observation>& control) {
  return control && control->outcome == Outcome::kDenied &&
         (control->error == EPERM || control->error == EACCES);
}

// Rules 2 and 3: what the controls say, before the denial inside may count for anything.
std::optional<Judgement> JudgeControls(const Property& property, const Evidence& evidence) {
  if (IsAbsentOutside(property, evidence)) {
    return Judgement{Verdict::kSkipped, "feature_absent",
                     "this host lacks it: outside, " + Say(*evidence.control_before)};
  }
  if (!evidence.canary_alive) {
    return Judgement{Verdict::kInconclusive, "canary_lost",
                     "the canary was gone before the end of the run, so a denial proves nothing"};
  }
  if (IsLimitedOutside(property, evidence.control_before) &&
      IsLimitedOutside(property, evidence.control_after)) {
    return Judgement{Verdict::kSkipped, "not_applicable",
                     "whoever starts the launcher has such a limit anyway: outside, " +
                         Say(*evidence.control_before)};
  }
  // Whoever starts the launcher may not do it either. The sandbox has nothing to hold back, and
  // the probe was not seen to work: neither a pass nor a doubt.
  const bool is_of_peer = property.control == ControlAs::kPeer;
  if (IsRefusedToIdentity(evidence.control_before) && IsRefusedToIdentity(evidence.control_after)) {
    const std::string who = is_of_peer ? "the sandbox that it was planted in is refused too: "
                                       : "the same identity is refused outside too: ";
    return Judgement{Verdict::kSkipped, "not_applicable", who + Say(*evidence.control_before)};
  }
  const bool before = evidence.control_before && IsReach(property, *evidence.control_before);
  const bool after = evidence.control_after && IsReach(property, *evidence.control_after);
  if (before && !after) {
    return Judgement{Verdict::kInconclusive, "canary_lost",
                     "the control reached it before the sandbox ran but not after: " +
                         (evidence.control_after ? Say(*evidence.control_after) : "no answer")};
  }
  if (!before) {
    const std::string where =
        is_of_peer ? "in the sandbox that it was planted in: " : "outside the sandbox: ";
    return Judgement{Verdict::kInconclusive, "control_failed",
                     "the same probe did not get through " + where +
                         (evidence.control_before ? Say(*evidence.control_before) : "no answer")};
  }
  return std::nullopt;
}

// A canary that counts decides by its count: what the probe believes is no proof.
std::optional<Judgement> JudgeWitness(const Property& property, const Evidence& evidence) {
  if (!property.witnessed || !evidence.inside) return std::nullopt;
  const Witness witness = evidence.witness.value_or(Witness{});
  if (witness.inside > 0) {
    return Judgement{
        Verdict::kFail, "reached",
        Say(*evidence.inside) + "; the canary counted " + std::to_string(witness.inside)};
  }
  return std::nullopt;
}

// Whether the canary's own count agrees with what the controls reported.
bool IsWitnessedOutside(const Property& property, const Evidence& evidence) {
  if (!property.witnessed) return true;
  return evidence.witness && evidence.witness->control_before > 0 &&
         evidence.witness->control_after > 0;
}

Judgement JudgeDenial(const Property& property, const Evidence& evidence) {
  const Observation& inside = *evidence.inside;
  if (!IsWitnessedOutside(property, evidence)) {
    return {Verdict::kInconclusive, "control_failed",
            "the canary did not count the control's attempts, so its silence proves nothing"};
  }
  switch (inside.outcome) {
    case Outcome::kDenied:
      if (Contains(property.denied_by, inside.error)) {
        return {Verdict::kPass, "denied", Say(inside)};
      }
      return {Verdict::kInconclusive, "unexpected_errno",
              Say(inside) + ", which is no known denial of this property"};
    case Outcome::kKilled:
      if (Contains(property.denied_by_signal, inside.error)) {
        return {Verdict::kPass, "denied", Say(inside)};
      }
      return {Verdict::kInconclusive, "probe_killed", Say(inside)};
    case Outcome::kTimeout:
      if (property.timeout_is_denial && property.witnessed) {
        return {Verdict::kPass, "denied", Say(inside) + ", and nothing arrived at the canary"};
      }
      return {Verdict::kInconclusive, "timed_out", Say(inside)};
    case Outcome::kReached:  // witnessed property, and the canary saw nothing
      if (property.witness_decides) {
        return {Verdict::kPass, "denied", inside.call + ", and the canary got no answer"};
      }
      return {Verdict::kInconclusive, "unproven_reach",
              Say(inside) + ", but nothing arrived at the canary"};
    case Outcome::kSetupFailed:
      if (inside.error == EBADMSG && property.timeout_is_denial && property.witnessed) {
        return {Verdict::kPass, "denied",
                inside.call + ": somebody else answered, and nothing arrived at the canary"};
      }
      break;
  }
  return {Verdict::kInconclusive, "probe_setup_failed", Say(inside)};
}

Judgement JudgeBlocked(const Property& property, const Evidence& evidence) {
  if (std::optional<Judgement> witnessed = JudgeWitness(property, evidence)) return *witnessed;
  if (evidence.inside && !property.witnessed && IsReach(property, *evidence.inside)) {
    return {Verdict::kFail, "reached", Say(*evidence.inside)};
  }
  const bool is_nothing_there = evidence.inside && evidence.inside->outcome == Outcome::kDenied &&
                                Contains(property.nothing_inside, evidence.inside->error);
  // An old kernel and a filter both answer ENOSYS; which it is, the controls say.
  const bool is_old_kernel =
      is_nothing_there && evidence.inside->error == ENOSYS && IsAbsentOutside(property, evidence);
  if (is_nothing_there && !is_old_kernel) {
    return {Verdict::kSkipped, "not_applicable",
            "there is nothing inside to try it on: " + Say(*evidence.inside)};
  }
  // Without the launch nothing was tested, whatever the controls say.
  if (!evidence.inside && !evidence.silence.empty()) return Silent(evidence);
  if (std::optional<Judgement> doubt = JudgeControls(property, evidence)) return *doubt;
  if (!evidence.inside) return Silent(evidence);
  return JudgeDenial(property, evidence);
}

Judgement JudgeAllowed(const Property& property, const Evidence& evidence) {
  if (!evidence.inside) return Silent(evidence);
  if (IsReach(property, *evidence.inside))
    return {Verdict::kPass, "reached", Say(*evidence.inside)};
  return {Verdict::kFail, "not_reached", Say(*evidence.inside)};
}

std::string Join(const std::vector<std::string>& values) {
  constexpr std::size_t kMost = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), kMost); ++i) {
    text += (i == 0 ? "" : " ") + values[i];
  }
  if (values.size() > kMost) text += " and " + std::to_string(values.size() - kMost) + " more";
  return text.empty() ? "nothing" : text;
}

std::string FirstWord(const std::string& value) { return value.substr(0, value.find(' ')); }

// The values whose first word the control read too.
std::vector<std::string> Shared(const std::vector<std::string>& values,
                                const std::vector<std::string>& outside) {
  std::vector<std::string> shared;
  std::copy_if(values.begin(), values.end(), std::back_inserter(shared),
               [&](const std::string& value) {
                 return std::any_of(outside.begin(), outside.end(), [&](const std::string& other) {
                   return FirstWord(value) == FirstWord(other);
                 });
               });
  return shared;
}

// The values that the control did not read.
std::vector<std::string> Added(const std::vector<std::string>& values,
                               const std::vector<std::string>& outside) {
  std::vector<std::string> added;
  std::ranges::copy_if(values, std::back_inserter(added), [&](const std::string& value) {
    return std::ranges::find(outside, value) == outside.end();
  });
  return added;
}

// The values of a fact that break its rule; empty when it holds.
std::vector<std::string> Violations(const Check& check, const std::vector<std::string>& values,
                                    const std::vector<std::string>& outside) {
  const FactRule& rule = *check.property->fact;
  const auto is_listed = [&](const std::string& value) {
    return std::find(rule.values.begin(), rule.values.end(), value) != rule.values.end() ||
           std::find(check.expected.begin(), check.expected.end(), value) != check.expected.end();
  };
  switch (rule.comparison) {
    case Comparison::kEmpty:
      return values;
    case Comparison::kEquals:
      return values.size() == 1 && is_listed(values.front())
                 ? std::vector<std::string>()
                 : (values.empty() ? std::vector<std::string>{"(none)"} : values);
    case Comparison::kDiffersFromOutside:
      return values == outside ? values : std::vector<std::string>();
    case Comparison::kSharesNothing:
      return Shared(values, outside);
    case Comparison::kNothingMore:
      return Added(values, outside);
    case Comparison::kWithin:
      break;
  }
  std::vector<std::string> strangers;
  std::copy_if(values.begin(), values.end(), std::back_inserter(strangers),
               [&](const std::string& value) { return !is_listed(value); });
  return strangers;
}

// What the control read of the fact; nullptr when it has no such fact.
const std::vector<std::string>* Outside(const Property& property,
                                        const std::optional<Observation>& control) {
  if (!control || control->outcome != Outcome::kReached) return nullptr;
  const auto found = control->facts.find(property.fact->fact);
  return found == control->facts.end() ? nullptr : &found->second;
}

Judgement JudgeFact(const Check& check, const Evidence& evidence) {
  const Property& property = *check.property;
  if (!evidence.inside) return Silent(evidence);
  const Observation& inside = *evidence.inside;
  if (inside.outcome == Outcome::kDenied && Contains(property.absent_by, inside.error)) {
    return {Verdict::kSkipped, "not_applicable", "there is none inside: " + Say(inside)};
  }
  const auto found = inside.facts.find(property.fact->fact);
  if (inside.outcome != Outcome::kReached || found == inside.facts.end()) {
    const std::string* why = inside.Fact("unread");
    return {Verdict::kInconclusive, "probe_setup_failed",
            Say(inside) + "; the fact " + std::string(property.fact->fact) + " was not read" +
                (why == nullptr ? "" : ": " + *why)};
  }
  const std::vector<std::string>* outside = Outside(property, evidence.control_before);
  const bool needs_control = property.control != ControlAs::kNothing;
  const bool is_compared = property.fact->comparison == Comparison::kDiffersFromOutside;
  const bool is_measured = property.fact->comparison == Comparison::kNothingMore;
  if ((is_compared && (outside == nullptr || outside->empty())) ||
      (is_measured && outside == nullptr)) {
    return {Verdict::kInconclusive, "control_failed", "the value outside could not be read"};
  }
  const std::string name(property.fact->fact);
  const bool is_sharing = property.fact->comparison == Comparison::kSharesNothing;
  if (is_sharing && outside != nullptr && outside->empty()) {
    return {Verdict::kSkipped, "not_applicable", "outside there is nothing to share: no " + name};
  }
  if (is_compared && found->second.empty()) {
    return {Verdict::kInconclusive, "probe_setup_failed",
            "no value of " + name + " was read inside, which differs from anything"};
  }
  const std::vector<std::string> broken =
      Violations(check, found->second, outside != nullptr ? *outside : std::vector<std::string>());
  if (!broken.empty()) return {Verdict::kFail, "violated", name + ": " + Join(broken)};
  if (needs_control && outside == nullptr) {
    return {Verdict::kInconclusive, "control_failed",
            "the same probe could not read " + name + " outside the sandbox"};
  }
  // That a launcher looks sound says nothing of a sandbox that did not run to its end.
  const bool is_of_launcher = property.grade != Grade::kExercised && !needs_control;
  if (is_of_launcher && !evidence.silence.empty()) return Silent(evidence);
  if (inside.Fact("truncated") != nullptr) {
    return {Verdict::kInconclusive, "probe_setup_failed", name + " was cut: the list is too long"};
  }
  return {Verdict::kPass, "holds", name + ": " + Join(found->second)};
}

}  // namespace

std::string Check::Id() const {
  std::string id(property->id);
  if (!subject.empty()) id += '[' + subject + ']';
  return id;
}

bool Check::IsContrary() const {
  if (property->fact) return false;
  const bool is_to_work = property->control == ControlAs::kNothing;
  return expectation == (is_to_work ? Expectation::kBlocked : Expectation::kAllowed);
}

Judgement Judge(const Check& check, const Evidence& evidence) {
  if (!check.not_applicable.empty()) {
    return {Verdict::kSkipped, "not_applicable", check.not_applicable};
  }
  switch (check.expectation) {
    case Expectation::kAny:
      if (!evidence.inside) return Silent(evidence);
      return {Verdict::kSkipped, "not_asserted", "not asserted here; " + Say(*evidence.inside)};
    case Expectation::kAllowed:
      return JudgeAllowed(*check.property, evidence);
    case Expectation::kBlocked:
      return JudgeBlocked(*check.property, evidence);
    case Expectation::kRequired:
      return JudgeFact(check, evidence);
  }
  return Silent(evidence);
}

}  // namespace sandproof
