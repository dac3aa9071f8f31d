#include "reports/proof_junit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "reports/junit_xml.h"
#include "reports/printable.h"
#include "reports/text.h"

namespace sandproof {
namespace {

// What a testcase says beyond its verdict, with every id in it.
std::string Details(const ProtectionProof& one) {
  std::string text = fmt::format("{}: {}\nverdict: {}", Printable(one.id),
                                 Printable(one.explanation), Name(one.verdict));
  const auto add = [&text](std::string_view what, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) text += fmt::format("\n{}: {}", what, Printable(id));
  };
  add("turned green", one.turned_green);
  add("no longer conclusive", one.inconclusive);
  add("would have turned red if it were asserted", one.unasserted);
  if (!one.launched.empty()) text += "\nlaunched: " + ArgvText(one.launched);
  return text;
}

void AddVerdict(pugi::xml_node testcase, const ProtectionProof& one) {
  const std::string why = fmt::format("{}: {}", Name(one.verdict), Printable(one.explanation));
  switch (one.verdict) {
    case ProofVerdict::kGuarded:
      return;
    case ProofVerdict::kUnguarded:
      return AddOutcome(testcase, "failure", "unguarded", why, Details(one));
    case ProofVerdict::kNotRun:
      return AddOutcome(testcase, "error", "not_run", why, Details(one));
    case ProofVerdict::kUnobservable:
    case ProofVerdict::kRedundant:
    case ProofVerdict::kBroken:
      return AddOutcome(testcase, "skipped", "", why, Details(one));
  }
}

int Unlaunched(const SandboxProof& sandbox) {
  return static_cast<int>(std::ranges::count(sandbox.in_depth, false, &DepthProof::was_run));
}

// One that ran and shows nothing, because it did not start.
int Silent(const SandboxProof& sandbox) {
  return static_cast<int>(std::ranges::count_if(sandbox.in_depth, [](const DepthProof& one) {
    return one.was_run && !one.explanation.empty();
  }));
}

void AddVerdict(pugi::xml_node testcase, const DepthProof& one) {
  if (one.explanation.empty()) return;
  const std::string why = Printable(one.explanation);
  if (one.was_run) return AddOutcome(testcase, "skipped", "", why, why);
  AddOutcome(testcase, "error", "not_run", why, why);
}

pugi::xml_node AddTestcase(pugi::xml_node suite, const SandboxProof& sandbox,
                           const std::string& name, JunitDialect dialect) {
  pugi::xml_node testcase = suite.append_child("testcase");
  SetAttribute(testcase, "classname", fmt::format("{}.prove", Printable(sandbox.name)));
  SetAttribute(testcase, "name", name);
  if (dialect == JunitDialect::kDefault && !sandbox.source_file.empty()) {
    SetAttribute(testcase, "file", Printable(sandbox.source_file));
    if (sandbox.source_line > 0) {
      SetAttribute(testcase, "line", std::to_string(sandbox.source_line));
    }
  }
  return testcase;
}

// Why the sandbox as it is shows too little for a proof; empty: it does not.
std::string Doubt(const SandboxProof& sandbox) {
  if (!sandbox.shortfall.empty()) return Printable(sandbox.shortfall);
  if (sandbox.inconclusive.empty()) return {};
  return Printable(fmt::format("inconclusive as it is: {}", fmt::join(sandbox.inconclusive, ", ")));
}

int ErrorsOf(const SandboxProof& sandbox) {
  return Count(sandbox, ProofVerdict::kNotRun) + Unlaunched(sandbox) +
         (Doubt(sandbox).empty() ? 0 : 1);
}

int SkippedOf(const SandboxProof& sandbox) {
  return Count(sandbox, ProofVerdict::kUnobservable) + Count(sandbox, ProofVerdict::kRedundant) +
         Count(sandbox, ProofVerdict::kBroken) + Silent(sandbox);
}

std::size_t TestsOf(const SandboxProof& sandbox) {
  return sandbox.protections.size() + sandbox.in_depth.size() + (Doubt(sandbox).empty() ? 0 : 1);
}

std::chrono::microseconds TimeOf(const SandboxProof& sandbox) {
  std::chrono::microseconds sum = {};
  for (const ProtectionProof& one : sandbox.protections) sum += one.duration;
  for (const DepthProof& one : sandbox.in_depth) sum += one.duration;
  return sum;
}

void AddSuite(pugi::xml_node suites, const Proof& proof, std::size_t index, JunitDialect dialect) {
  const SandboxProof& sandbox = proof.sandboxes[index];
  pugi::xml_node suite = suites.append_child("testsuite");
  SetAttribute(suite, "name", Printable(sandbox.name));
  SetAttribute(suite, "id", std::to_string(index));
  SetAttribute(suite, "package", Printable(sandbox.name));
  SetAttribute(suite, "tests", std::to_string(TestsOf(sandbox)));
  SetAttribute(suite, "failures", std::to_string(Count(sandbox, ProofVerdict::kUnguarded)));
  SetAttribute(suite, "errors", std::to_string(ErrorsOf(sandbox)));
  SetAttribute(suite, "skipped", std::to_string(SkippedOf(sandbox)));
  SetAttribute(suite, "time", SecondsText(TimeOf(sandbox)));
  SetAttribute(suite, "timestamp", JunitTimestamp(proof.started_at));
  SetAttribute(suite, "hostname", Printable(proof.hostname));
  pugi::xml_node properties = suite.append_child("properties");
  AddXmlProperty(properties, "tool.version", Printable(proof.fingerprint.tool_version));
  AddXmlProperty(properties, "sandbox.driver", Printable(sandbox.driver));
  AddXmlProperty(properties, "sandbox.launcher", Printable(sandbox.launcher_version));
  AddXmlProperty(properties, "sandbox.profile", Printable(sandbox.profile));
  AddXmlProperty(properties, "sandbox.argv", ArgvText(sandbox.argv));
  for (const Unproven& one : sandbox.unproven) {
    AddXmlProperty(properties, "sandbox.unproven",
                   fmt::format("{}: {}", Printable(one.id), Printable(one.why)));
  }
  for (const ProtectionProof& one : sandbox.protections) {
    pugi::xml_node testcase = AddTestcase(suite, sandbox, Printable(one.id), dialect);
    SetAttribute(testcase, "time", SecondsText(one.duration));
    AddVerdict(testcase, one);
  }
  for (const DepthProof& one : sandbox.in_depth) {
    const std::string name = fmt::format("in depth: {}", fmt::join(one.protections, "; "));
    pugi::xml_node testcase = AddTestcase(suite, sandbox, Printable(name), dialect);
    SetAttribute(testcase, "time", SecondsText(one.duration));
    AddVerdict(testcase, one);
  }
  const std::string doubt = Doubt(sandbox);
  if (doubt.empty()) return;
  pugi::xml_node testcase = AddTestcase(suite, sandbox, "as it is", dialect);
  SetAttribute(testcase, "time", SecondsText({}));
  AddOutcome(testcase, "error", "inconclusive", doubt, doubt);
}

}  // namespace

std::string ToJunit(const Proof& proof, JunitDialect dialect) {
  JunitTotals totals{.failures = Count(proof, ProofVerdict::kUnguarded), .time = proof.duration};
  for (const SandboxProof& sandbox : proof.sandboxes) {
    totals.tests += TestsOf(sandbox);
    totals.errors += ErrorsOf(sandbox);
  }
  pugi::xml_document document;
  pugi::xml_node suites = AddSuites(document, totals);
  for (std::size_t i = 0; i < proof.sandboxes.size(); ++i) AddSuite(suites, proof, i, dialect);
  return XmlText(document);
}

}  // namespace sandproof
