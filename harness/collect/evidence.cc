#include "harness/collect/evidence.h"

#include <cerrno>
#include <tuple>

#include "suites/part.h"

namespace sandproof {

namespace {

std::optional<Observation> Find(const AnswerSet& set, const Plan& plan, std::size_t position) {
  const PlannedCheck& planned = plan.checks.at(position);
  if (planned.check.property->probe == kHostProbe) return set.host;
  if (!planned.request) return std::nullopt;
  const auto found = set.observations.find(static_cast<std::uint32_t>(*planned.request));
  if (found == set.observations.end()) return std::nullopt;
  return PartOf(*planned.check.property, found->second);
}

long CountOf(Canary canary, const std::string& subject, const Counted& counted) {
  switch (canary) {
    case Canary::kProcess:
      return counted.signals;
    case Canary::kProcessGroup:
      return counted.group_signals;
    case Canary::kTerminal:
      return counted.terminal_bytes;
    default:
      break;
  }
  // A canary of which there is one has no subject.
  const bool is_one_of_many = canary == Canary::kAllowed || canary == Canary::kUndeclaredPort;
  const auto found = counted.arrivals.find({canary, is_one_of_many ? subject : ""});
  return found == counted.arrivals.end() ? 0 : found->second;
}

bool IsRefusedPrivilege(const std::optional<Observation>& observation) {
  return observation && observation->outcome == Outcome::kDenied &&
         (observation->error == EPERM || observation->error == EACCES);
}

// Whose control speaks for a property. Where an unprivileged launcher may not do the thing by
// itself but may in a user namespace of its own, that is what the sandbox has to prevent.
const Control& ControlFor(const Property& property, const EvidenceSource& source,
                          std::size_t position) {
  if (property.control == ControlAs::kPayload && source.payload != nullptr) return *source.payload;
  // Where nobody may make user namespaces, that control never starts.
  const bool is_there =
      source.namespaced != nullptr && !source.namespaced->before().observations.empty();
  if (!is_there) return source.launcher;
  const auto own = Find(source.launcher.before(), source.launcher.plan(), position);
  if (!IsRefusedPrivilege(own)) return source.launcher;
  const auto other = Find(source.namespaced->before(), source.namespaced->plan(), position);
  return IsRefusedPrivilege(other) ? source.launcher : *source.namespaced;
}

bool IsAskedOf(ControlOf whose, const Property& property) {
  if (whose == ControlOf::kWhoever) return true;
  return (property.control == ControlAs::kPayload) == (whose == ControlOf::kPayload);
}

// What the run made for the launcher is not what a stranger is in. That it got through there is as
// true as elsewhere; that it did not says nothing.
void HeedElsewhere(const Elsewhere& elsewhere, const Check& check, Evidence& evidence) {
  if (check.property->probe == kHostProbe) {
    for (const auto& [fact, values] : elsewhere.shared) {
      if (evidence.control_before) evidence.control_before->facts[fact] = values;
      if (evidence.control_after) evidence.control_after->facts[fact] = values;
    }
  }
  const std::string why = WhyMisplaced(elsewhere, *check.property);
  const bool is_asserted = check.expectation != Expectation::kAny;
  if (why.empty() || !is_asserted || Judge(check, evidence).verdict == Verdict::kFail) return;
  evidence.inside.reset();
  evidence.silence = why;
}

}  // namespace

std::set<std::size_t> RefusedBefore(const std::set<std::size_t>& needed, const Control& control) {
  std::set<std::size_t> refused;
  const Plan& plan = control.plan();
  for (std::size_t i = 0; i < plan.checks.size(); ++i) {
    const std::optional<std::size_t> position = plan.checks[i].request;
    if (!position || !needed.contains(*position)) continue;
    if (IsRefusedPrivilege(Find(control.before(), plan, i))) refused.insert(*position);
  }
  return refused;
}

std::set<std::size_t> NeededBefore(const Plan& plan, ControlOf whose) {
  std::set<std::size_t> needed;
  for (const PlannedCheck& planned : plan.checks) {
    const auto& [check, request] = std::tie(planned.check, planned.request);
    const bool is_asserted =
        check.expectation == Expectation::kBlocked || check.expectation == Expectation::kRequired;
    // What says of itself that it needs no control is not asked outside for nothing; declared
    // against its claim, its denial needs one like any other.
    const bool is_controlled = check.property->control != ControlAs::kNothing || check.IsContrary();
    if (!request || !is_asserted || !is_controlled) continue;
    if (IsAskedOf(whose, *check.property)) needed.insert(*request);
  }
  return needed;
}

std::set<std::size_t> NeededAfter(const Plan& plan, const AnswerSet& inside, ControlOf whose) {
  std::set<std::size_t> needed;
  for (const PlannedCheck& planned : plan.checks) {
    const auto& [check, request] = std::tie(planned.check, planned.request);
    if (!request || check.expectation != Expectation::kBlocked) continue;
    if (!IsAskedOf(whose, *check.property)) continue;
    const auto found = inside.observations.find(static_cast<std::uint32_t>(*request));
    const bool is_reach = found != inside.observations.end() &&
                          PartOf(*check.property, found->second).outcome == Outcome::kReached;
    if (!is_reach || check.property->witnessed) needed.insert(*request);
  }
  return needed;
}

Evidence EvidenceFor(const EvidenceSource& source, std::size_t position) {
  const Check& check = source.plan.checks.at(position).check;
  const Property& property = *check.property;
  const bool is_in_lane = source.arena != nullptr && IsFar(property.canary);
  if (const auto own = source.of_launcher.find(property.probe); own != source.of_launcher.end()) {
    return {.inside = own->second, .silence = source.silence};
  }
  const Control& control =
      is_in_lane ? source.arena->control() : ControlFor(property, source, position);
  Evidence evidence;
  evidence.inside =
      Find(is_in_lane ? source.arena->inside() : source.inside, source.plan, position);
  evidence.control_before = Find(control.before(), control.plan(), position);
  evidence.control_after = Find(control.after(), control.plan(), position);
  const std::string& unasked = source.plan.checks.at(position).unasked;
  const bool is_unsent = IsFar(property.canary) && !source.far_silence.empty();
  const std::string& own = is_unsent ? source.far_silence : source.silence;
  // Where nobody was asked inside, the lane was not asked either.
  const bool is_lane_asked = is_in_lane && (evidence.inside || !source.arena->silence().empty());
  const std::string& silence = is_lane_asked ? source.arena->silence() : own;
  evidence.silence = unasked.empty() ? silence : unasked;
  const bool is_of_decoy =
      property.canary == Canary::kProcess || property.canary == Canary::kUserKey;
  evidence.canary_alive = !is_of_decoy || source.is_decoy_alive;
  if (property.witnessed) {
    const AnswerSet& inside = is_in_lane ? source.arena->inside() : source.inside;
    const auto count = [&](const AnswerSet& set) {
      return CountOf(property.canary, check.subject, set.counted);
    };
    evidence.witness = Witness{.inside = count(inside),
                               .control_before = count(control.before()),
                               .control_after = count(control.after())};
  }
  HeedElsewhere(source.elsewhere, check, evidence);
  return evidence;
}

}  // namespace sandproof
