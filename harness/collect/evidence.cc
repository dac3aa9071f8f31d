#include "harness/collect/evidence.h"

#include <cerrno>
#include <tuple>

namespace sandproof {

namespace {

std::optional<Observation> Find(const AnswerSet& set, const Plan& plan, std::size_t position) {
  const PlannedCheck& planned = plan.checks.at(position);
  if (planned.check.property->probe == kHostProbe) return set.host;
  if (!planned.request) return std::nullopt;
  const auto found = set.observations.find(static_cast<std::uint32_t>(*planned.request));
  if (found == set.observations.end()) return std::nullopt;
  return found->second;
}

long CountOf(Canary canary, const Counted& counted) {
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
  const auto found = counted.datagrams.find(canary);
  return found == counted.datagrams.end() ? 0 : found->second;
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
  const auto own = Find(source.launcher.before(), source.launcher.plan(), position);
  if (source.namespaced == nullptr || !IsRefusedPrivilege(own)) return source.launcher;
  const auto other = Find(source.namespaced->before(), source.namespaced->plan(), position);
  return IsRefusedPrivilege(other) ? source.launcher : *source.namespaced;
}

}  // namespace

std::set<std::size_t> NeededBefore(const Plan& plan) {
  std::set<std::size_t> needed;
  for (const PlannedCheck& planned : plan.checks) {
    const auto& [check, request] = std::tie(planned.check, planned.request);
    const bool is_asserted =
        check.expectation == Expectation::kBlocked || check.expectation == Expectation::kRequired;
    if (request && is_asserted) needed.insert(*request);
  }
  return needed;
}

std::set<std::size_t> NeededAfter(const Plan& plan, const AnswerSet& inside) {
  std::set<std::size_t> needed;
  for (const PlannedCheck& planned : plan.checks) {
    const auto& [check, request] = std::tie(planned.check, planned.request);
    if (!request || check.expectation != Expectation::kBlocked) continue;
    const auto found = inside.observations.find(static_cast<std::uint32_t>(*request));
    const bool is_reach =
        found != inside.observations.end() && found->second.outcome == Outcome::kReached;
    if (!is_reach || check.property->witnessed) needed.insert(*request);
  }
  return needed;
}

Evidence EvidenceFor(const EvidenceSource& source, std::size_t position) {
  const Property& property = *source.plan.checks.at(position).check.property;
  const Control& control = ControlFor(property, source, position);
  Evidence evidence;
  evidence.inside = Find(source.inside, source.plan, position);
  evidence.control_before = Find(control.before(), control.plan(), position);
  evidence.control_after = Find(control.after(), control.plan(), position);
  const std::string& unasked = source.plan.checks.at(position).unasked;
  evidence.silence = unasked.empty() ? source.silence : unasked;
  const bool is_of_decoy =
      property.canary == Canary::kProcess || property.canary == Canary::kUserKey;
  evidence.canary_alive = !is_of_decoy || source.is_decoy_alive;
  if (property.witnessed) {
    evidence.witness = Witness{.inside = CountOf(property.canary, source.inside.counted),
                               .control_before = CountOf(property.canary, control.before().counted),
                               .control_after = CountOf(property.canary, control.after().counted)};
  }
  return evidence;
}

}  // namespace sandproof
