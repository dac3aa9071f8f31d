// The GoogleTest face of `run`: one test per check, judged from the observations of one launch.
//
//   sandproof-conformance --collect --config FILE --sandbox NAME --report FILE
//       launches the sandbox once and stores what was observed
//   sandproof-conformance --report FILE --sandbox NAME --check ID
//       one test: exit 0 passed, 1 failed, 77 skipped or waived
//   sandproof-conformance --report FILE [GoogleTest options]
//       a test for each check in the report
//   sandproof-conformance --report FILE --sandbox NAME --required
//       fails when the launch showed nothing, or this host lacks what was required
//   sandproof-conformance --ctest --config FILE --sandbox NAME --report FILE --name NAME
//       prints the same as CTest commands, found without a launch
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <filesystem>

#include "harness/cli/cli.h"
#include "harness/cli/conformance_options.h"
#include "harness/cli/ctest_script.h"
#include "harness/cli/variables.h"
#include "harness/supervise/supervise.h"
#include "reports/json.h"
#include "reports/judging.h"
#include "reports/printable.h"
#include "reports/text.h"

namespace sandproof::cli {

namespace {

constexpr int kSkipReturnCode = 77;

Result<Spec> LoadConfiguration(const ConformanceOptions& options) {
  TRY(const auto variables, ParseVariables(options.define));
  return LoadSpec(options.config, variables);
}

// What is stored of a run that could not begin: its sandbox, with the reason in place of results.
Run Unrun(const ConformanceOptions& options, const std::string& why) {
  return {.config_file = options.config,
          .sandboxes = {{.name = options.sandbox, .launch_error = why}}};
}

Result<Run> CollectOne(const ConformanceOptions& options) {
  TRY(const Spec spec, LoadConfiguration(options));
  return CollectRun(spec, {.sandboxes = {options.sandbox}, .require = options.require});
}

// Succeeds whenever something is stored, the reason of a failure included: CTest does not run the
// tests of a set-up that fails, and its JUnit then calls them skipped.
Result<int> Collect(const ConformanceOptions& options) {
  const Result<Run> run = CollectOne(options);
  TRY(const bool is_written,
      WriteFile(options.report, ToJson(run ? *run : Unrun(options, run.error().message))));
  static_cast<void>(is_written);
  if (run) {
    fmt::print("{}: {} checks observed\n", Printable(options.sandbox),
               run->sandboxes.front().results.size());
  } else {
    fmt::print("{}: nothing was observed, and every test will fail for it: {}\n",
               Printable(options.sandbox), Printable(run.error().message));
  }
  return 0;
}

Result<int> PrintCtest(const ConformanceOptions& options) {
  TRY(const Spec spec, LoadConfiguration(options));
  TRY(const std::string agent, FindAgentBinary());
  TRY(const std::vector<Outline> outlines,
      PlanAllChecks(spec, {.agent_path = agent, .only_sandboxes = {options.sandbox}}));
  CtestOrder order = options.order;
  order.program = std::filesystem::read_symlink("/proc/self/exe").string();
  order.config = options.config;
  order.sandbox = options.sandbox;
  order.report = options.report;
  order.define = options.define;
  order.require = options.require;
  for (const Check& check : outlines.front().checks) order.checks.push_back(check.Id());
  fmt::print("{}", CtestScript(order));
  return 0;
}

std::string Told(const CheckResult& result) {
  std::string text =
      fmt::format("{}: {}: {}\n{}\n  because  {}\n  seen     {}\n  control  {}\n",
                  Name(result.judgement.verdict), IdText(result), result.judgement.reason,
                  ClaimText(result), ReasonText(result), SeenText(result), ControlText(result));
  if (!result.remedy.empty()) text += "  fix      " + Printable(result.remedy) + '\n';
  return text;
}

// One judged check. Inconclusive is a failure: nothing was shown.
class CheckTest : public ::testing::Test {
 public:
  explicit CheckTest(const CheckResult& result) : result_(result) {}
  void TestBody() override {
    switch (result_.judgement.verdict) {
      case Verdict::kPass:
        return;
      case Verdict::kFail:
      case Verdict::kInconclusive:
        FAIL() << Told(result_);
      case Verdict::kSkipped:
        GTEST_SKIP() << ReasonText(result_);
      case Verdict::kWaived:
        GTEST_SKIP() << "waived: " << ReasonText(result_);
    }
  }

 private:
  const CheckResult& result_;
};

// A test that fails for a reason, or passes when there is none.
class ShortfallTest : public ::testing::Test {
 public:
  explicit ShortfallTest(std::string why) : why_(std::move(why)) {}
  void TestBody() override {
    if (!why_.empty()) FAIL() << why_;
  }

 private:
  std::string why_;
};

void RegisterCheck(const std::string& sandbox, const CheckResult& result) {
  ::testing::RegisterTest(sandbox.c_str(), result.check.Id().c_str(), nullptr, nullptr, __FILE__,
                          __LINE__,
                          [&result]() -> ::testing::Test* { return new CheckTest(result); });
}

void RegisterShortfall(const std::string& sandbox, const std::string& name, std::string why) {
  ::testing::RegisterTest(
      sandbox.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
      [why = std::move(why)]() -> ::testing::Test* { return new ShortfallTest(why); });
}

// Why the launch as a whole shows nothing; empty when it does.
std::string WhyNothing(const Run& run, const SandboxRun& sandbox) {
  std::string why = Shortfall(sandbox);
  for (const std::string& one : run.lacking) {
    why += (why.empty() ? "" : "\n") + fmt::format("required, but this host cannot: {}", one);
  }
  if (!why.empty() && !sandbox.launcher_stderr.empty()) {
    why += "\nthe launcher said: " + PrintableLines(sandbox.launcher_stderr, 10);
  }
  return why;
}

// The test of one check that CTest has a name for. A report without it passes nothing.
void RegisterOne(const SandboxRun& sandbox, const std::string& id) {
  const auto found = std::ranges::find_if(
      sandbox.results, [&id](const CheckResult& result) { return result.check.Id() == id; });
  if (found != sandbox.results.end()) return RegisterCheck(sandbox.name, *found);
  const std::string why = Shortfall(sandbox);
  RegisterShortfall(sandbox.name, id,
                    "inconclusive: this check was not observed: " +
                        (why.empty() ? "the report does not have it; collect again" : why));
}

void RegisterSandbox(const Run& run, const SandboxRun& sandbox, const ConformanceOptions& options) {
  if (options.required || options.check.empty()) {
    RegisterShortfall(sandbox.name, "required", WhyNothing(run, sandbox));
  }
  if (options.required) return;
  if (!options.check.empty()) return RegisterOne(sandbox, options.check);
  for (const CheckResult& result : sandbox.results) RegisterCheck(sandbox.name, result);
}

Result<int> RunTests(const ConformanceOptions& options) {
  TRY(Run run, LoadReport(options.report));
  JudgeAgain(run, {});
  for (const SandboxRun& sandbox : run.sandboxes) {
    if (options.sandbox.empty() || options.sandbox == sandbox.name) {
      RegisterSandbox(run, sandbox, options);
    }
  }
  const int code = RUN_ALL_TESTS();
  const ::testing::UnitTest& unit = *::testing::UnitTest::GetInstance();
  if (::testing::GTEST_FLAG(list_tests)) return code;
  if (unit.test_to_run_count() == 0) {
    return BadInput(options.report + ": no test is selected, so nothing would be shown");
  }
  const bool is_single = !options.check.empty();
  return code == 0 && is_single && unit.skipped_test_count() > 0 ? kSkipReturnCode : code;
}

Result<int> Act(const ConformanceOptions& options) {
  if (options.collect) return Collect(options);
  if (options.ctest) return PrintCtest(options);
  return RunTests(options);
}

int JudgeByGoogleTest(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);  // takes its own options out of argv
  ConformanceOptions options;
  if (const std::optional<int> end = Parse(argc, argv, options)) return *end;
  const Result<int> code = Act(options);
  if (code) return *code;
  fmt::print(stderr, "sandproof-conformance: {}\n", code.error().message);
  return code.error().kind == ErrorKind::kConfiguration ? kUsage : kInternalError;
}

}  // namespace

}  // namespace sandproof::cli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return sandproof::cli::JudgeByGoogleTest(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sandproof-conformance: internal error: {}\n", error.what());
    return sandproof::cli::kInternalError;
  }
}
