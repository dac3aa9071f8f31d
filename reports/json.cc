#include "reports/json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "reports/json_parts.h"
#include "reports/promises.h"
#include "reports/utf8.h"

namespace sandproof {

namespace {

Json ErrorNameOf(const Observation& observation) {
  if (observation.error == 0) return {};
  return observation.outcome == Outcome::kKilled ? SignalName(observation.error)
                                                 : ErrnoName(observation.error);
}

Json FactsJson(const Facts& facts) {
  Json json = Json::object();
  for (const auto& [name, values] : facts) json[ToUtf8(name)] = values;
  return json;
}

Json ObservationJson(const std::optional<Observation>& observation) {
  if (!observation) return {};
  return {{"probe", observation->probe},
          {"outcome", Name(observation->outcome)},
          {"error", observation->error},
          {"error_name", ErrorNameOf(*observation)},
          {"call", observation->call},
          {"facts", FactsJson(observation->facts)},
          {"duration_us", observation->duration.count()}};
}

Json WitnessJson(const std::optional<Witness>& witness) {
  if (!witness) return {};
  return {{"inside", witness->inside},
          {"control_before", witness->control_before},
          {"control_after", witness->control_after}};
}

Json WaiverJson(const Waiver& waiver) {
  return {{"property", waiver.property},
          {"reason", waiver.reason},
          {"owner", waiver.owner},
          {"until", waiver.until}};
}

Json ResultJson(const CheckResult& result) {
  const Property& property = *result.check.property;
  const Evidence& evidence = result.evidence;
  return {{"id", result.check.Id()},
          {"property", property.id},
          {"subject", TextOrNull(result.check.subject)},
          {"severity", Name(property.severity)},
          {"grade", Name(property.grade)},
          {"claim", property.claim},
          {"why", property.why},
          {"expectation", Name(result.check.expectation)},
          {"expected", result.check.expected},
          {"not_applicable", TextOrNull(result.check.not_applicable)},
          {"verdict", Name(result.judgement.verdict)},
          {"reason", result.judgement.reason},
          {"explanation", result.judgement.explanation},
          {"observation", ObservationJson(evidence.inside)},
          {"silence", TextOrNull(evidence.silence)},
          {"control",
           {{"before", ObservationJson(evidence.control_before)},
            {"after", ObservationJson(evidence.control_after)}}},
          {"canary_alive", evidence.canary_alive},
          {"witness", WitnessJson(evidence.witness)},
          {"duration_us", evidence.inside ? Json(evidence.inside->duration.count()) : Json()},
          {"waiver", result.waiver ? WaiverJson(*result.waiver) : Json()},
          {"remedy", TextOrNull(result.remedy)},
          {"promised_by", TextOrNull(result.promised_by)},
          {"upheld_by", TextOrNull(result.upheld_by)},
          {"source", TextOrNull(property.source)}};
}

Json PromisesJson(const SandboxRun& sandbox) {
  Json promises = Json::array();
  for (const PromiseReport& promise : PromisesOf(sandbox)) {
    Json broken_by = Json::array();
    for (const CheckResult* result : promise.broken_by) broken_by.push_back(result->check.Id());
    promises.push_back({{"text", promise.text},
                        {"state", Name(promise.state)},
                        {"broken_by", std::move(broken_by)}});
  }
  return promises;
}

Json UnpromisedJson(const SandboxRun& sandbox) {
  Json ids = Json::array();
  for (const CheckResult* result : UnpromisedOf(sandbox)) ids.push_back(result->check.Id());
  return ids;
}

Json SandboxJson(const SandboxRun& sandbox) {
  Json results = Json::array();
  for (const CheckResult& result : sandbox.results) results.push_back(ResultJson(result));
  Json waivers = Json::array();
  for (const Waiver& waiver : sandbox.waivers) waivers.push_back(WaiverJson(waiver));
  return {{"name", sandbox.name},
          {"driver", sandbox.driver},
          {"launcher_version", TextOrNull(sandbox.launcher_version)},
          {"profile", sandbox.profile},
          {"argv", sandbox.argv},
          {"launched", sandbox.launched},
          {"perturbation", sandbox.perturbation},
          {"network", TextOrNull(sandbox.network)},
          {"promises", PromisesJson(sandbox)},
          {"unpromised", UnpromisedJson(sandbox)},
          {"waivers", std::move(waivers)},
          {"warnings", sandbox.warnings},
          {"launch_error", TextOrNull(sandbox.launch_error)},
          {"launcher_stderr", sandbox.launcher_stderr},
          {"launch_line", LaunchLineJson(sandbox.source_file, sandbox.source_line)},
          {"duration_us", sandbox.duration.count()},
          {"shortfall", TextOrNull(Shortfall(sandbox))},
          {"summary", SummaryJson(Count(sandbox))},
          {"results", std::move(results)}};
}

}  // namespace

std::string ToJson(const Run& run) {
  Json sandboxes = Json::array();
  for (const SandboxRun& sandbox : run.sandboxes) sandboxes.push_back(SandboxJson(sandbox));
  Json report = {{"$schema", "sandproof.report.schema.json"},
                 {"schema_version", kReportVersion},
                 {"started_at", run.started_at},
                 {"hostname", run.hostname},
                 {"config_file", TextOrNull(run.config_file)},
                 {"fingerprint", FingerprintJson(run.fingerprint)},
                 {"exit_code", run.exit_code},
                 {"totals", SummaryJson(Count(run))},
                 {"duration_us", run.duration.count()},
                 {"only", run.only},
                 {"lacking", run.lacking},
                 {"warnings", run.warnings},
                 {"sandboxes", std::move(sandboxes)}};
  return DumpAscii(std::move(report));
}

}  // namespace sandproof
