#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <thread>

#include "harness/cli/cli.h"
#include "harness/cli/host.h"
#include "harness/supervise/supervise.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/printable.h"
#include "reports/terminal.h"
#include "suites/catalogue/catalogue.h"
#include "suites/plan.h"

namespace sandproof::cli {

namespace {

constexpr std::size_t kWidth = 100;

// no-color.org: any value but the empty one turns colours off.
bool IsColourful() {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

std::string Format(const Run& run, const RunOptions& options) {
  if (options.format == "json") return ToJson(run);
  if (options.format == "junit") return ToJunit(run, JunitDialect::kDefault);
  if (options.format == "junit-strict") return ToJunit(run, JunitDialect::kStrict);
  return ToTerminal(run, TerminalOf(options));
}

Result<bool> WriteReports(const Run& run, const RunOptions& options) {
  if (!options.json.empty()) {
    TRY(const bool json, WriteFile(options.json, ToJson(run)));
    static_cast<void>(json);
  }
  if (!options.junit.empty()) {
    TRY(const bool junit, WriteFile(options.junit, ToJunit(run, JunitDialect::kDefault)));
    static_cast<void>(junit);
  }
  if (!options.junit_strict.empty()) {
    TRY(const bool strict, WriteFile(options.junit_strict, ToJunit(run, JunitDialect::kStrict)));
    static_cast<void>(strict);
  }
  return WriteFile("-", Format(run, options));
}

// Says which sandbox runs, but only to a person who watches.
std::function<void(const std::string&)> Progress() {
  if (::isatty(STDERR_FILENO) != 1) return {};
  return [](const std::string& name) { fmt::print(stderr, "running {} …\n", name); };
}

Result<int> ListChecks(const Spec& spec, const RunOptions& options) {
  TRY(const std::string agent, FindAgentBinary());
  TRY(const std::vector<Outline> outlines,
      PlanAllChecks(
          spec, {.agent_path = agent, .only = options.only, .only_sandboxes = options.sandboxes}));
  for (const Outline& outline : outlines) {
    for (const Check& check : outline.checks) {
      fmt::print("{:16} {:36} {:9} {}\n", outline.name, Printable(check.Id()),
                 Name(check.expectation), Name(check.property->severity));
    }
  }
  return 0;
}

}  // namespace

TerminalOptions TerminalOf(const RunOptions& options) {
  return {.color = IsColourful(), .verbose = options.verbose, .width = kWidth};
}

void AddFormatOptions(CLI::App& app, RunOptions& options) {
  app.add_option("--format", options.format, "what goes to standard output")
      ->check(CLI::IsMember({"terminal", "json", "junit", "junit-strict"}));
  app.add_option("--json", options.json, "also write the JSON report to this file");
  app.add_option("--junit", options.junit, "also write JUnit (GitLab, GitHub actions, Jenkins)");
  app.add_option("--junit-strict", options.junit_strict,
                 "also write JUnit that passes the xUnit plug-in's schema");
  app.add_flag("--verbose,-v", options.verbose, "also show what passed and what was skipped");
  app.add_flag("--exit-zero", options.exit_zero, "report only: exit 0 whatever was found");
}

void AddReportOptions(CLI::App& app, RunOptions& options) {
  AddFormatOptions(app, options);
  app.add_option("--only", options.only, "only these properties: ids or prefixes (fs.ro)")
      ->delimiter(',');
}

void AddLaunchOptions(CLI::App& app, RunOptions& options) {
  app.add_option("--require", options.require,
                 "what this host must be able to test (see doctor); otherwise exit 1")
      ->delimiter(',');
  // A negative number would become a huge one.
  app.add_option("--parallel", options.parallel, "launches at a time")->check(CLI::Range(1, 1024));
  app.add_flag("--list", options.list, "show what would be done, and launch nothing");
}

void AddRunOptions(CLI::App& app, RunOptions& options) {
  AddReportOptions(app, options);
  AddLaunchOptions(app, options);
  app.add_flag("--exhaust", options.exhaust,
               "also hit limits: of processes, memory, descriptors, file systems, processors");
}

// Ids and prefixes that select nothing are mistakes: the run would be smaller than was meant.
Result<bool> CheckSelection(const std::vector<std::string>& only) {
  for (const std::string& pattern : only) {
    bool selects = false;
    std::vector<std::string> ids;
    for (const Property& property : Catalogue()) {
      const std::string id = pattern.substr(0, pattern.find('['));
      selects = selects || IsSelected(property.id, {id});
      ids.emplace_back(property.id);
    }
    if (selects) continue;
    const std::string near = Nearest(pattern, ids);
    return BadInput(fmt::format("--only {}: no property has this id or prefix{}", pattern,
                                near.empty() ? "" : "; did you mean " + near + "?"));
  }
  return true;
}

Result<Run> CollectRun(const Spec& spec, const RunOptions& options) {
  TRY(const std::string agent, FindAgentBinary());
  CollectOptions collect{
      .agent_path = agent, .only = options.only, .only_sandboxes = options.sandboxes};
  TRY(const std::vector<std::string> lacking, LackingOf(options.require, agent, options.exhaust));
  collect.parallel = options.parallel > 0 ? options.parallel : std::thread::hardware_concurrency();
  collect.exhaust = options.exhaust;
  collect.on_begin = Progress();
  TRY(Run run, CollectAll(spec, collect));
  run.lacking = lacking;
  for (const std::string& one : lacking) {
    run.warnings.push_back("required, but this host cannot: " + one);
  }
  run.exit_code = ExitCode(run);
  return run;
}

Result<int> ReportRun(Run run, const RunOptions& options) {
  if (options.exit_zero) run.exit_code = 0;
  TRY(const bool is_written, WriteReports(run, options));
  static_cast<void>(is_written);
  return run.exit_code;
}

Result<int> RunAndReport(const Spec& spec, const RunOptions& options) {
  TRY(const bool is_valid, CheckSelection(options.only));
  static_cast<void>(is_valid);
  if (options.list) return ListChecks(spec, options);
  TRY(Run run, CollectRun(spec, options));
  return ReportRun(std::move(run), options);
}

Result<bool> WriteFile(const std::string& path, const std::string& text) {
  const bool is_stdout = path == "-";
  std::FILE* file = is_stdout ? stdout : std::fopen(path.c_str(), "we");
  if (file == nullptr) return BadInput(fmt::format("{}: {}", path, ErrnoName(errno)));
  const bool is_whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int error = errno;
  const bool is_closed = (is_stdout ? std::fflush(file) : std::fclose(file)) == 0;
  // A report that is cut reads like a good one.
  if (!is_whole || !is_closed) return Internal(fmt::format("{}: {}", path, ErrnoName(error)));
  return true;
}

}  // namespace sandproof::cli
