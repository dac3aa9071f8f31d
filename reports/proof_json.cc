#include "reports/proof_json.h"

#include <nlohmann/json.hpp>

#include "reports/json_parts.h"

namespace sandproof {
namespace {

Json ProtectionJson(const ProtectionProof& one) {
  return {{"id", one.id},
          {"flag", one.flag},
          {"verdict", Name(one.verdict)},
          {"explanation", TextOrNull(one.explanation)},
          {"turned_red", one.turned_red},
          {"turned_green", one.turned_green},
          {"inconclusive", one.inconclusive},
          {"unasserted", one.unasserted},
          {"with", one.with},
          {"launched", one.launched},
          {"duration_us", one.duration.count()}};
}

Json DepthJson(const DepthProof& one) {
  return {{"protections", one.protections},
          {"was_run", one.was_run},
          {"explanation", TextOrNull(one.explanation)},
          {"turned_red", one.turned_red},
          {"launched", one.launched},
          {"duration_us", one.duration.count()}};
}

Json DepthsJson(const SandboxProof& sandbox) {
  Json depths = Json::array();
  for (const DepthProof& one : sandbox.in_depth) depths.push_back(DepthJson(one));
  return depths;
}

Json UnprovenJson(const SandboxProof& sandbox) {
  if (!sandbox.is_whole) return {};
  Json unproven = Json::array();
  for (const Unproven& one : sandbox.unproven) {
    unproven.push_back({{"id", one.id}, {"why", one.why}});
  }
  return unproven;
}

Json CountsJson(const auto& of) {
  Json counts = Json::object();
  for (const ProofVerdict verdict :
       {ProofVerdict::kGuarded, ProofVerdict::kUnguarded, ProofVerdict::kUnobservable,
        ProofVerdict::kRedundant, ProofVerdict::kBroken, ProofVerdict::kNotRun}) {
    counts[std::string(Name(verdict))] = Count(of, verdict);
  }
  return counts;
}

Json SandboxJson(const SandboxProof& sandbox) {
  Json protections = Json::array();
  for (const ProtectionProof& one : sandbox.protections) {
    protections.push_back(ProtectionJson(one));
  }
  return {{"name", sandbox.name},
          {"driver", sandbox.driver},
          {"launcher_version", TextOrNull(sandbox.launcher_version)},
          {"profile", sandbox.profile},
          {"argv", sandbox.argv},
          {"launch_line", LaunchLineJson(sandbox.source_file, sandbox.source_line)},
          {"baseline", SummaryJson(sandbox.baseline)},
          {"shortfall", TextOrNull(sandbox.shortfall)},
          {"already_red", sandbox.already_red},
          {"inconclusive", sandbox.inconclusive},
          {"unstable", sandbox.unstable},
          {"summary", CountsJson(sandbox)},
          {"protections", std::move(protections)},
          {"in_depth", DepthsJson(sandbox)},
          {"unproven", UnprovenJson(sandbox)}};
}

}  // namespace

std::string ToJson(const Proof& proof) {
  Json sandboxes = Json::array();
  for (const SandboxProof& sandbox : proof.sandboxes) sandboxes.push_back(SandboxJson(sandbox));
  Json report = {{"$schema", "sandproof.proof.schema.json"},
                 {"schema_version", kProofVersion},
                 {"started_at", proof.started_at},
                 {"hostname", proof.hostname},
                 {"config_file", TextOrNull(proof.config_file)},
                 {"fingerprint", FingerprintJson(proof.fingerprint)},
                 {"exit_code", proof.exit_code},
                 {"totals", CountsJson(proof)},
                 {"duration_us", proof.duration.count()},
                 {"only", proof.only},
                 {"only_properties", proof.only_properties},
                 {"warnings", proof.warnings},
                 {"sandboxes", std::move(sandboxes)}};
  return DumpAscii(std::move(report));
}

}  // namespace sandproof
