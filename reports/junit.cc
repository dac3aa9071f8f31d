#include "reports/junit.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <set>
#include <string_view>
#include <vector>

#include "reports/junit_xml.h"
#include "reports/printable.h"
#include "reports/promises.h"
#include "reports/text.h"

namespace sandproof {

namespace {

constexpr std::size_t kStderrLinesInJunit = 50;

// The document in the making.
struct Writer {
  JunitDialect dialect = JunitDialect::kDefault;
  std::set<std::string> names = {};  // GitLab drops a second testcase of the same name
};

std::string UniqueName(Writer& writer, const std::string& classname, const std::string& name) {
  std::string candidate = name;
  for (int copy = 2; !writer.names.insert(classname + '\n' + candidate).second; ++copy) {
    candidate = fmt::format("{} ({})", name, copy);
  }
  return candidate;
}

pugi::xml_node AddTestcase(Writer& writer, pugi::xml_node suite, const SandboxRun& sandbox,
                           std::string_view family, const std::string& name) {
  const std::string classname = fmt::format("{}.{}", Printable(sandbox.name), Printable(family));
  pugi::xml_node testcase = suite.append_child("testcase");
  SetAttribute(testcase, "classname", classname);
  SetAttribute(testcase, "name", UniqueName(writer, classname, name));
  if (writer.dialect == JunitDialect::kDefault && !sandbox.source_file.empty()) {
    SetAttribute(testcase, "file", Printable(sandbox.source_file));
    if (sandbox.source_line > 0)
      SetAttribute(testcase, "line", std::to_string(sandbox.source_line));
  }
  return testcase;
}

std::string Details(const CheckResult& result) {
  std::string text = fmt::format("{}\nverdict: {} ({})\nseen: {}\ncontrol: {}", ReasonText(result),
                                 Name(result.judgement.verdict), Printable(result.judgement.reason),
                                 SeenText(result), ControlText(result));
  if (result.check.IsContrary()) text += "\nexpected: " + ClaimText(result);
  if (!result.promised_by.empty()) text += "\npromised by: " + Printable(result.promised_by);
  if (!result.remedy.empty()) text += "\nfix: " + Printable(result.remedy);
  if (!result.check.property->why.empty())
    text += "\nwhy: " + Printable(result.check.property->why);
  return text;
}

void AddVerdict(pugi::xml_node testcase, const CheckResult& result) {
  switch (result.judgement.verdict) {
    case Verdict::kPass:
      return;
    case Verdict::kFail:
      return AddOutcome(testcase, "failure", "violation", ReasonText(result), Details(result));
    case Verdict::kInconclusive:
      return AddOutcome(testcase, "error", "inconclusive", ReasonText(result), Details(result));
    case Verdict::kSkipped: {
      const std::string message = "skipped: " + ReasonText(result);
      return AddOutcome(testcase, "skipped", "", message, message);
    }
    case Verdict::kWaived: {
      const std::string message =
          "waived: " + (result.waiver ? WaiverText(*result.waiver) : ReasonText(result));
      return AddOutcome(testcase, "skipped", "", message, message + "\n" + Details(result));
    }
  }
}

void AddResult(Writer& writer, pugi::xml_node suite, const SandboxRun& sandbox,
               const CheckResult& result) {
  const Property& property = *result.check.property;
  pugi::xml_node testcase =
      AddTestcase(writer, suite, sandbox, Family(property),
                  fmt::format("{} {}", IdText(result), Printable(property.claim)));
  const std::optional<Observation>& inside = result.evidence.inside;
  SetAttribute(testcase, "time",
               SecondsText(inside ? inside->duration : std::chrono::microseconds(0)));
  AddVerdict(testcase, result);
}

void AddShortfall(Writer& writer, pugi::xml_node suite, const SandboxRun& sandbox) {
  const std::string message = Printable(Shortfall(sandbox));
  if (message.empty()) return;
  pugi::xml_node testcase = AddTestcase(writer, suite, sandbox, "launch", "launch");
  SetAttribute(testcase, "time", SecondsText(sandbox.duration));
  const std::string stderr_text = PrintableLines(sandbox.launcher_stderr, kStderrLinesInJunit);
  AddOutcome(testcase, "error", "inconclusive", message,
             stderr_text.empty() ? message : message + "\nstderr:\n" + stderr_text);
}

void AddMetadata(pugi::xml_node suite, const Run& run, const SandboxRun& sandbox) {
  const Fingerprint& host = run.fingerprint;
  pugi::xml_node properties = suite.append_child("properties");
  AddXmlProperty(properties, "tool.version", Printable(host.tool_version));
  AddXmlProperty(properties, "sandbox.driver", Printable(sandbox.driver));
  AddXmlProperty(properties, "sandbox.launcher", Printable(sandbox.launcher_version));
  AddXmlProperty(properties, "sandbox.profile", Printable(sandbox.profile));
  AddXmlProperty(properties, "sandbox.argv", ArgvText(sandbox.argv));
  AddXmlProperty(properties, "sandbox.launched", ArgvText(sandbox.launched));
  for (const std::string& added : sandbox.perturbation) {
    AddXmlProperty(properties, "sandbox.perturbation", Printable(added));
  }
  for (const PromiseReport& promise : PromisesOf(sandbox)) {
    std::string text = Printable(promise.text);
    for (const CheckResult* result : promise.broken_by) text += "; " + IdText(*result);
    AddXmlProperty(properties, "sandbox.promise." + std::string(Name(promise.state)), text);
  }
  for (const CheckResult* result : UnpromisedOf(sandbox)) {
    AddXmlProperty(properties, "sandbox.unpromised", IdText(*result));
  }
  for (const std::string& warning : sandbox.warnings) {
    AddXmlProperty(properties, "sandbox.warning", Printable(warning));
  }
  AddXmlProperty(properties, "host.kernel", Printable(host.kernel));
  AddXmlProperty(properties, "host.architecture", Printable(host.architecture));
  AddXmlProperty(properties, "host.lsms", Printable(host.lsms));
  AddXmlProperty(properties, "host.identity", Printable(host.identity));
  for (const auto& [name, value] : host.settings) {
    AddXmlProperty(properties, "host." + Printable(name), Printable(value));
  }
}

int ErrorsOf(const SandboxRun& sandbox) {
  return Count(sandbox).inconclusive + (Shortfall(sandbox).empty() ? 0 : 1);
}

std::size_t TestsOf(const SandboxRun& sandbox) {
  return sandbox.results.size() + (Shortfall(sandbox).empty() ? 0 : 1);
}

void AddSuite(Writer& writer, pugi::xml_node suites, const Run& run, std::size_t index) {
  const SandboxRun& sandbox = run.sandboxes[index];
  const Summary summary = Count(sandbox);
  pugi::xml_node suite = suites.append_child("testsuite");
  SetAttribute(suite, "name", Printable(sandbox.name));
  SetAttribute(suite, "id", std::to_string(index));
  SetAttribute(suite, "package", Printable(sandbox.name));
  SetAttribute(suite, "tests", std::to_string(TestsOf(sandbox)));
  SetAttribute(suite, "failures", std::to_string(summary.fail));
  SetAttribute(suite, "errors", std::to_string(ErrorsOf(sandbox)));
  SetAttribute(suite, "skipped", std::to_string(summary.skipped + summary.waived));
  SetAttribute(suite, "time", SecondsText(sandbox.duration));
  SetAttribute(suite, "timestamp", JunitTimestamp(run.started_at));
  SetAttribute(suite, "hostname", Printable(run.hostname));
  if (!sandbox.source_file.empty()) SetAttribute(suite, "file", Printable(sandbox.source_file));
  AddMetadata(suite, run, sandbox);
  for (const CheckResult& result : sandbox.results) AddResult(writer, suite, sandbox, result);
  AddShortfall(writer, suite, sandbox);
}

}  // namespace

std::string ToJunit(const Run& run, JunitDialect dialect) {
  JunitTotals totals{.failures = Count(run).fail, .time = run.duration};
  for (const SandboxRun& sandbox : run.sandboxes) {
    totals.tests += TestsOf(sandbox);
    totals.errors += ErrorsOf(sandbox);
  }
  pugi::xml_document document;
  pugi::xml_node suites = AddSuites(document, totals);
  Writer writer{.dialect = dialect};
  for (std::size_t i = 0; i < run.sandboxes.size(); ++i) AddSuite(writer, suites, run, i);
  return XmlText(document);
}

}  // namespace sandproof
