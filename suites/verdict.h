// The five verdicts and the reasons for them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sandproof {

enum class Verdict : std::uint8_t { kPass, kFail, kInconclusive, kSkipped, kWaived };

[[nodiscard]] std::string_view Name(Verdict verdict);

// A verdict with the reason that a stranger can act on.
struct Judgement {
  Verdict verdict = Verdict::kInconclusive;
  // Stable word for machines: reached, denied, holds, violated, control_failed, canary_lost,
  // probe_silent, probe_setup_failed, probe_killed, timed_out, unexpected_errno, unproven_reach,
  // feature_absent, not_asserted, not_applicable, not_reached, waived, waiver_expired.
  std::string reason = {};
  std::string explanation = {};  // a sentence
  bool operator==(const Judgement&) const = default;
};

}  // namespace sandproof
