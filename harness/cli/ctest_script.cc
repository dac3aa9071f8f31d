#include "harness/cli/ctest_script.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/printable.h"

namespace sandproof::cli {

namespace {

// A bracket argument that nothing in the text can close: no variable, escape or semicolon in it
// has a meaning.
std::string Bracketed(const std::string& text) {
  std::string equals = "=";
  while (text.find("]" + equals + "]") != std::string::npos || text.ends_with("]" + equals)) {
    equals += '=';
  }
  // A newline right behind the opening bracket would be dropped.
  const std::string_view kept = text.starts_with('\n') ? "\n" : "";
  return fmt::format("[{0}[{1}{2}]{0}]", equals, kept, text);
}

void AddTest(std::string& script, const std::string& name, const std::vector<std::string>& argv) {
  fmt::format_to(std::back_inserter(script), "add_test({}", Bracketed(name));
  for (const std::string& word : argv) script += ' ' + Bracketed(word);
  script += ")\n";
}

void SetProperties(std::string& script, const std::string& name, const CtestOrder& order,
                   int timeout, const std::string& more) {
  std::vector<std::string> labels = {"sandbox", "sandbox." + order.name};
  labels.insert(labels.end(), order.labels.begin(), order.labels.end());
  fmt::format_to(std::back_inserter(script),
                 "set_tests_properties({} PROPERTIES LABELS {} TIMEOUT {}{})\n", Bracketed(name),
                 Bracketed(fmt::format("{}", fmt::join(labels, ";"))), timeout, more);
}

std::vector<std::string> CollectCommand(const CtestOrder& order) {
  std::vector<std::string> argv = {order.program, "--collect",   "--config", order.config,
                                   "--sandbox",   order.sandbox, "--report", order.report};
  for (const std::string& word : order.define) argv.insert(argv.end(), {"--define", word});
  for (const std::string& word : order.require) argv.insert(argv.end(), {"--require", word});
  return argv;
}

}  // namespace

std::string CtestScript(const CtestOrder& order) {
  constexpr int kJudgeTimeout = 30;
  const std::string fixture = "sandproof." + order.name;
  const std::string collect = order.name + ".collect";
  std::string needs = " FIXTURES_SETUP " + Bracketed(fixture);
  if (!order.fixtures.empty()) {
    needs += " FIXTURES_REQUIRED " + Bracketed(fmt::format("{}", fmt::join(order.fixtures, ";")));
  }
  std::string script;
  AddTest(script, collect, CollectCommand(order));
  SetProperties(script, collect, order, order.timeout, needs);
  const std::vector<std::string> judge = {order.program, "--report", order.report, "--sandbox",
                                          order.sandbox};
  const std::string after = " FIXTURES_REQUIRED " + Bracketed(fixture);
  std::vector<std::string> argv = judge;
  argv.emplace_back("--required");
  AddTest(script, order.name + ".required", argv);
  SetProperties(script, order.name + ".required", order, kJudgeTimeout, after);
  for (const std::string& check : order.checks) {
    argv = judge;
    argv.insert(argv.end(), {"--check", check});
    // CTest writes the name to terminals and logs; the argument is the id as it is.
    const std::string name = order.name + '/' + Printable(check);
    AddTest(script, name, argv);
    SetProperties(script, name, order, kJudgeTimeout, after + " SKIP_RETURN_CODE 77");
  }
  return script;
}

}  // namespace sandproof::cli
