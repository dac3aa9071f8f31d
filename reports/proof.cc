#include "reports/proof.h"

#include <algorithm>

namespace sandproof {
namespace {

bool IsPartly(const SandboxProof& sandbox) {
  return std::ranges::any_of(sandbox.in_depth, [](const DepthProof& one) { return !one.was_run; });
}

bool FallsShort(const SandboxProof& sandbox) {
  return !sandbox.shortfall.empty() || !sandbox.inconclusive.empty() || IsPartly(sandbox);
}

}  // namespace

std::string_view Name(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::kGuarded:
      return "guarded";
    case ProofVerdict::kUnguarded:
      return "unguarded";
    case ProofVerdict::kUnobservable:
      return "unobservable";
    case ProofVerdict::kRedundant:
      return "redundant";
    case ProofVerdict::kBroken:
      return "broken";
    case ProofVerdict::kNotRun:
      break;
  }
  return "not_run";
}

int Count(const SandboxProof& sandbox, ProofVerdict verdict) {
  return static_cast<int>(
      std::ranges::count(sandbox.protections, verdict, &ProtectionProof::verdict));
}

int Count(const Proof& proof, ProofVerdict verdict) {
  int count = 0;
  for (const SandboxProof& sandbox : proof.sandboxes) count += Count(sandbox, verdict);
  return count;
}

int UnprovenShare(const SandboxProof& sandbox) {
  const int count = static_cast<int>(sandbox.unproven.size());
  const int passed = sandbox.baseline.pass;
  return passed == 0 ? 0 : (100 * count + passed - 1) / passed;
}

int ExitCode(const Proof& proof) {
  if (Count(proof, ProofVerdict::kUnguarded) > 0) return 1;
  if (Count(proof, ProofVerdict::kNotRun) > 0) return 3;
  if (std::ranges::any_of(proof.sandboxes, FallsShort)) return 3;
  const auto has_none = [](const SandboxProof& one) { return one.protections.empty(); };
  return std::ranges::all_of(proof.sandboxes, has_none) ? 2 : 0;
}

}  // namespace sandproof
