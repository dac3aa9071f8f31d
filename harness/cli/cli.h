// The commands, and the few things that they share. The only place that prints.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/collect/collect.h"
#include "harness/result.h"
#include "reports/run.h"
#include "reports/terminal.h"

namespace CLI {
class App;
}  // namespace CLI

namespace sandproof::cli {

// Exit codes of the design: 0 to 4.
inline constexpr int kUsage = 2;
inline constexpr int kInternalError = 4;

// Parses the command line, does what it says, and reports errors: the exit code.
[[nodiscard]] int Main(int argc, char** argv);

// A command's action: its exit code, or what went wrong.
using Action = std::function<Result<int>()>;

// One per subcommand: declares its options and returns what to do once they are parsed.
[[nodiscard]] Action AddCheck(CLI::App& app);
[[nodiscard]] Action AddRun(CLI::App& app);
[[nodiscard]] Action AddCapture(CLI::App& app);
[[nodiscard]] Action AddProve(CLI::App& app);
[[nodiscard]] Action AddJudge(CLI::App& app);
[[nodiscard]] Action AddList(CLI::App& app);
[[nodiscard]] Action AddExplain(CLI::App& app);
[[nodiscard]] Action AddDoctor(CLI::App& app);
[[nodiscard]] Action AddSchema(CLI::App& app);

// Options of every command that judges; the last three are for those that run sandboxes.
struct RunOptions {
  std::string format = "terminal";
  std::string json = {};
  std::string junit = {};
  std::string junit_strict = {};
  std::vector<std::string> only = {};
  std::vector<std::string> sandboxes = {};
  bool verbose = false;
  bool exit_zero = false;
  std::vector<std::string> require = {};
  bool list = false;
  bool exhaust = false;
  std::size_t parallel = 0;  // 0: as many as there are processors
};

void AddFormatOptions(CLI::App& app, RunOptions& options);
void AddReportOptions(CLI::App& app, RunOptions& options);  // the same and --only
void AddLaunchOptions(CLI::App& app, RunOptions& options);
void AddRunOptions(CLI::App& app, RunOptions& options);  // those of reports and of launches

// How the terminal that standard output is likes a report.
[[nodiscard]] TerminalOptions TerminalOf(const RunOptions& options);

// Errors: kConfiguration for an id or prefix that selects no property.
[[nodiscard]] Result<bool> CheckSelection(const std::vector<std::string>& only);

// Runs the configuration as the options say, without writing a report.
[[nodiscard]] Result<Run> CollectRun(const Spec& spec, const RunOptions& options);

// Reads the JSON report of an earlier run, with its evidence and without verdicts.
// Errors: kConfiguration, naming the file and what is wrong in it.
[[nodiscard]] Result<Run> LoadReport(const std::string& file);

// Writes the reports that the options ask for; the exit code.
[[nodiscard]] Result<int> ReportRun(Run run, const RunOptions& options);

// Runs the configuration and writes the reports; the exit code.
[[nodiscard]] Result<int> RunAndReport(const Spec& spec, const RunOptions& options);

// Writes a whole file, or standard output for "-".
// Errors: kConfiguration with the path and the errno's name.
[[nodiscard]] Result<bool> WriteFile(const std::string& path, const std::string& text);

}  // namespace sandproof::cli
