// Messages that say where in the report something is wrong.
#define JSON_DIAGNOSTICS 1

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/json.h"
#include "reports/printable.h"
#include "reports/utf8.h"

namespace sandproof {

namespace {

using nlohmann::json;

// Stays within this file: what goes wrong with a value is thrown as nlohmann's own errors are, and
// both are caught in ReadJson.
struct Refusal {
  std::string message;
};

// Not get_ref() alone: what that says of another type is the library's own business.
template <typename Type>
const Type& As(const json& at) {
  if (at.get_ptr<const Type*>() == nullptr) static_cast<void>(at.get<Type>());  // throws
  return at.get_ref<const Type&>();
}

std::string Text(const json& at) { return FromUtf8(As<std::string>(at)); }

std::string TextOrEmpty(const json& at) { return at.is_null() ? std::string() : Text(at); }

std::vector<std::string> Texts(const json& at) {
  std::vector<std::string> texts;
  for (const json& one : As<json::array_t>(at)) texts.push_back(Text(one));
  return texts;
}

std::chrono::microseconds Duration(const json& at) {
  return std::chrono::microseconds(at.get<std::int64_t>());
}

Outcome OutcomeOf(const json& at) {
  for (const Outcome outcome : {Outcome::kReached, Outcome::kDenied, Outcome::kKilled,
                                Outcome::kSetupFailed, Outcome::kTimeout}) {
    if (Name(outcome) == Text(at)) return outcome;
  }
  throw Refusal{"\"" + Text(at) + "\" is no outcome"};
}

Facts FactsOf(const json& at) {
  Facts facts;
  for (const auto& [name, values] : As<json::object_t>(at)) {
    facts[FromUtf8(name)] = Texts(values);
  }
  return facts;
}

std::optional<Observation> ObservationOf(const json& at) {
  if (at.is_null()) return std::nullopt;
  return Observation{.probe = Text(at.at("probe")),
                     .outcome = OutcomeOf(at.at("outcome")),
                     .error = at.at("error").get<int>(),
                     .call = Text(at.at("call")),
                     .facts = FactsOf(at.at("facts")),
                     .duration = Duration(at.at("duration_us"))};
}

std::optional<Witness> WitnessOf(const json& at) {
  if (at.is_null()) return std::nullopt;
  return Witness{.inside = at.at("inside").get<long>(),
                 .control_before = at.at("control_before").get<long>(),
                 .control_after = at.at("control_after").get<long>()};
}

Check CheckOf(const json& at, std::span<const Property> catalogue) {
  const std::string id = Text(at.at("property"));
  const auto property = std::ranges::find(catalogue, id, &Property::id);
  if (property == catalogue.end()) throw Refusal{"this version has no property \"" + id + "\""};
  const std::string word = Text(at.at("expectation"));
  const std::optional<Expectation> expectation = ParseExpectation(word);
  if (!expectation) throw Refusal{"\"" + word + "\" is no expectation"};
  const bool is_of_a_fact = *expectation == Expectation::kRequired;
  if (is_of_a_fact && !property->fact) throw Refusal{id + " is no fact, so it cannot be required"};
  return {.property = &*property,
          .subject = TextOrEmpty(at.at("subject")),
          .expectation = *expectation,
          .expected = Texts(at.at("expected")),
          .not_applicable = TextOrEmpty(at.at("not_applicable"))};
}

CheckResult ResultOf(const json& at, std::span<const Property> catalogue) {
  const json& control = at.at("control");
  return {.check = CheckOf(at, catalogue),
          .evidence = {.inside = ObservationOf(at.at("observation")),
                       .control_before = ObservationOf(control.at("before")),
                       .control_after = ObservationOf(control.at("after")),
                       .witness = WitnessOf(at.at("witness")),
                       .canary_alive = at.at("canary_alive").get<bool>(),
                       .silence = TextOrEmpty(at.at("silence"))},
          .promised_by = TextOrEmpty(at.at("promised_by")),
          .upheld_by = TextOrEmpty(at.at("upheld_by"))};
}

Waiver WaiverOf(const json& at) {
  return {.property = Text(at.at("property")),
          .reason = Text(at.at("reason")),
          .owner = Text(at.at("owner")),
          .until = Text(at.at("until"))};
}

SandboxRun SandboxOf(const json& at, std::span<const Property> catalogue) {
  SandboxRun sandbox{.name = Text(at.at("name")),
                     .driver = Text(at.at("driver")),
                     .launcher_version = TextOrEmpty(at.at("launcher_version")),
                     .profile = Text(at.at("profile")),
                     .argv = Texts(at.at("argv")),
                     .launched = Texts(at.at("launched")),
                     .perturbation = Texts(at.at("perturbation")),
                     .network = TextOrEmpty(at.at("network")),
                     .launch_error = TextOrEmpty(at.at("launch_error")),
                     .launcher_stderr = Text(at.at("launcher_stderr")),
                     .duration = Duration(at.at("duration_us"))};
  for (const json& promise : at.at("promises")) {
    sandbox.promises.push_back(Text(promise.at("text")));
  }
  for (const json& waiver : at.at("waivers")) sandbox.waivers.push_back(WaiverOf(waiver));
  if (const json& line = at.at("launch_line"); !line.is_null()) {
    sandbox.source_file = Text(line.at("file"));
    sandbox.source_line = line.at("line").get<int>();
  }
  for (const json& result : As<json::array_t>(at.at("results"))) {
    sandbox.results.push_back(ResultOf(result, catalogue));
  }
  return sandbox;
}

Fingerprint FingerprintOf(const json& at) {
  Fingerprint fingerprint{.tool_version = Text(at.at("tool_version")),
                          .kernel = Text(at.at("kernel")),
                          .architecture = Text(at.at("architecture")),
                          .lsms = Text(at.at("lsms")),
                          .identity = Text(at.at("identity"))};
  for (const auto& [name, value] : As<json::object_t>(at.at("settings"))) {
    fingerprint.settings[FromUtf8(name)] = Text(value);
  }
  return fingerprint;
}

void RequireReport(const json& at) {
  const bool is_report =
      at.is_object() && at.value("$schema", "") == "sandproof.report.schema.json";
  if (!is_report) throw Refusal{"JSON, but no report of sandproof"};
  const std::string version = Text(at.at("schema_version"));
  if (version == kReportVersion) return;
  throw Refusal{"a report of version " + version + "; this sandproof reads version " +
                std::string(kReportVersion)};
}

Run RunOf(const json& at, std::span<const Property> catalogue) {
  RequireReport(at);
  Run run{.started_at = Text(at.at("started_at")),
          .hostname = Text(at.at("hostname")),
          .fingerprint = FingerprintOf(at.at("fingerprint")),
          .config_file = TextOrEmpty(at.at("config_file")),
          .only = Texts(at.at("only")),
          .lacking = Texts(at.at("lacking")),
          .warnings = Texts(at.at("warnings")),
          .duration = Duration(at.at("duration_us"))};
  for (const json& sandbox : As<json::array_t>(at.at("sandboxes"))) {
    run.sandboxes.push_back(SandboxOf(sandbox, catalogue));
  }
  return run;
}

// "[json.exception.type_error.302] (/a/b) type must be …" without the library's own name.
std::string WithoutPrefix(std::string_view what) {
  const std::size_t end = what.find("] ");
  return Printable(end == std::string_view::npos ? what : what.substr(end + 2));
}

}  // namespace

std::variant<Run, Unreadable> ReadJson(std::string_view text, std::span<const Property> catalogue) {
  try {
    return RunOf(json::parse(text), catalogue);
  } catch (const json::exception& error) {
    return Unreadable{WithoutPrefix(error.what())};
  } catch (const Refusal& refusal) {
    return Unreadable{Printable(refusal.message)};
  }
}

}  // namespace sandproof
