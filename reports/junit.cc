#include "reports/junit.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <set>
#include <string_view>
#include <vector>

#include "reports/printable.h"
#include "reports/text.h"

namespace sandproof {

namespace {

constexpr std::size_t kMaxStderrLines = 50;

// The document in the making. pugixml escapes markup, "]]>" included, but writes control characters
// as references, which XML 1.0 forbids: every string goes through Printable first.
struct Writer {
  JunitDialect dialect = JunitDialect::kDefault;
  std::set<std::string> names = {};  // GitLab drops a second testcase of the same name
};

struct StringWriter : pugi::xml_writer {
  std::string text = {};
  void write(const void* data, std::size_t size) override {
    text.append(static_cast<const char*>(data), size);
  }
};

void Set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(std::string(value).c_str());
}

void AddProperty(pugi::xml_node properties, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  pugi::xml_node property = properties.append_child("property");
  Set(property, "name", name);
  Set(property, "value", value);
}

// Some consumers read the attribute, GitLab only the text: the reason is in both.
void AddOutcome(pugi::xml_node testcase, const char* element, const char* type,
                std::string_view message, std::string_view text) {
  pugi::xml_node node = testcase.append_child(element);
  if (*type != '\0') Set(node, "type", type);
  Set(node, "message", message);
  node.text().set(std::string(text).c_str());
}

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
  Set(testcase, "classname", classname);
  Set(testcase, "name", UniqueName(writer, classname, name));
  if (writer.dialect == JunitDialect::kDefault && !sandbox.source_file.empty()) {
    Set(testcase, "file", Printable(sandbox.source_file));
    if (sandbox.source_line > 0) Set(testcase, "line", std::to_string(sandbox.source_line));
  }
  return testcase;
}

std::string Details(const CheckResult& result) {
  std::string text = fmt::format("{}\nverdict: {} ({})\nseen: {}\ncontrol: {}", ReasonText(result),
                                 Name(result.judgement.verdict), Printable(result.judgement.reason),
                                 SeenText(result), ControlText(result));
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
  Set(testcase, "time", SecondsText(inside ? inside->duration : std::chrono::microseconds(0)));
  AddVerdict(testcase, result);
}

void AddShortfall(Writer& writer, pugi::xml_node suite, const SandboxRun& sandbox) {
  const std::string message = Printable(Shortfall(sandbox));
  if (message.empty()) return;
  pugi::xml_node testcase = AddTestcase(writer, suite, sandbox, "launch", "launch");
  Set(testcase, "time", SecondsText(sandbox.duration));
  const std::string stderr_text = PrintableLines(sandbox.launcher_stderr, kMaxStderrLines);
  AddOutcome(testcase, "error", "inconclusive", message,
             stderr_text.empty() ? message : message + "\nstderr:\n" + stderr_text);
}

void AddMetadata(pugi::xml_node suite, const Run& run, const SandboxRun& sandbox) {
  const Fingerprint& host = run.fingerprint;
  pugi::xml_node properties = suite.append_child("properties");
  AddProperty(properties, "tool.version", Printable(host.tool_version));
  AddProperty(properties, "sandbox.driver", Printable(sandbox.driver));
  AddProperty(properties, "sandbox.launcher", Printable(sandbox.launcher_version));
  AddProperty(properties, "sandbox.profile", Printable(sandbox.profile));
  AddProperty(properties, "sandbox.argv", ArgvText(sandbox.argv));
  AddProperty(properties, "sandbox.launched", ArgvText(sandbox.launched));
  for (const std::string& added : sandbox.perturbation) {
    AddProperty(properties, "sandbox.perturbation", Printable(added));
  }
  for (const std::string& warning : sandbox.warnings) {
    AddProperty(properties, "sandbox.warning", Printable(warning));
  }
  AddProperty(properties, "host.kernel", Printable(host.kernel));
  AddProperty(properties, "host.architecture", Printable(host.architecture));
  AddProperty(properties, "host.lsms", Printable(host.lsms));
  AddProperty(properties, "host.identity", Printable(host.identity));
  for (const auto& [name, value] : host.settings) {
    AddProperty(properties, "host." + Printable(name), Printable(value));
  }
}

int ErrorsOf(const SandboxRun& sandbox) {
  return Count(sandbox).inconclusive + (Shortfall(sandbox).empty() ? 0 : 1);
}

std::size_t TestsOf(const SandboxRun& sandbox) {
  return sandbox.results.size() + (Shortfall(sandbox).empty() ? 0 : 1);
}

// "2026-11-23T18:51:19": JUnit's timestamps bear no zone.
std::string Timestamp(std::string_view started_at) {
  if (started_at.ends_with('Z')) started_at.remove_suffix(1);
  return Printable(started_at);
}

void AddSuite(Writer& writer, pugi::xml_node suites, const Run& run, std::size_t index) {
  const SandboxRun& sandbox = run.sandboxes[index];
  const Summary summary = Count(sandbox);
  pugi::xml_node suite = suites.append_child("testsuite");
  Set(suite, "name", Printable(sandbox.name));
  Set(suite, "id", std::to_string(index));
  Set(suite, "package", Printable(sandbox.name));
  Set(suite, "tests", std::to_string(TestsOf(sandbox)));
  Set(suite, "failures", std::to_string(summary.fail));
  Set(suite, "errors", std::to_string(ErrorsOf(sandbox)));
  Set(suite, "skipped", std::to_string(summary.skipped + summary.waived));
  Set(suite, "time", SecondsText(sandbox.duration));
  Set(suite, "timestamp", Timestamp(run.started_at));
  Set(suite, "hostname", Printable(run.hostname));
  if (!sandbox.source_file.empty()) Set(suite, "file", Printable(sandbox.source_file));
  AddMetadata(suite, run, sandbox);
  for (const CheckResult& result : sandbox.results) AddResult(writer, suite, sandbox, result);
  AddShortfall(writer, suite, sandbox);
}

}  // namespace

std::string ToJunit(const Run& run, JunitDialect dialect) {
  std::size_t tests = 0;
  int errors = 0;
  for (const SandboxRun& sandbox : run.sandboxes) {
    tests += TestsOf(sandbox);
    errors += ErrorsOf(sandbox);
  }
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  Set(declaration, "version", "1.0");
  Set(declaration, "encoding", "UTF-8");
  pugi::xml_node suites = document.append_child("testsuites");
  Set(suites, "name", "sandproof");
  Set(suites, "tests", std::to_string(tests));
  Set(suites, "failures", std::to_string(Count(run).fail));
  Set(suites, "errors", std::to_string(errors));
  Set(suites, "time", SecondsText(run.duration));
  Writer writer{.dialect = dialect};
  for (std::size_t i = 0; i < run.sandboxes.size(); ++i) AddSuite(writer, suites, run, i);
  StringWriter output;
  document.save(output, "  ", pugi::format_indent, pugi::encoding_utf8);
  return output.text;
}

}  // namespace sandproof
