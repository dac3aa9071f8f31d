#include "harness/capture/capture.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "harness/capture/battery.h"
#include "harness/capture/compose.h"
#include "harness/cli/cli.h"
#include "harness/spec/quote.h"
#include "harness/spec/spec.h"

namespace sandproof::cli {

namespace {

struct CaptureArguments {
  std::string out = "sandproof.json";
  bool force = false;
  std::string ready = {};
  unsigned seconds = 0;
  bool path_only = false;
  bool battery = false;
  RunOptions run = {};
  std::vector<std::string> command = {};
};

// What lies beside the configuration: contents of descriptors.
std::string SideDirectory(const std::string& out) {
  return std::filesystem::path(out).stem().string() + ".capture";
}

Result<bool> CheckOut(const CaptureArguments& options) {
  const bool is_there = options.out != "-" && ::access(options.out.c_str(), F_OK) == 0;
  if (!is_there || options.force) return true;
  return BadInput(fmt::format("{}: is there already; --out names another file, --force replaces it",
                              Escaped(options.out)));
}

// Arguments may hold secrets.
Result<bool> WriteContents(const Composition& composition, const CaptureArguments& options) {
  const std::filesystem::path parent = std::filesystem::path(options.out).parent_path();
  for (const ComposedSandbox& sandbox : composition.sandboxes) {
    for (const auto& [fd, given] : sandbox.fds) {
      if (!given.content) continue;
      if (options.out == "-") {
        return BadInput(fmt::format(
            "--out -: {} reads descriptor {}, whose content must be kept beside the configuration; "
            "name a file",
            sandbox.name, fd));
      }
      const std::string path = (parent / given.path).string();
      const mode_t mask = ::umask(077);
      std::error_code ignored;
      std::filesystem::create_directory((parent / given.path).parent_path(), ignored);
      Result<bool> written = WriteFile(path, *given.content);
      ::umask(mask);
      if (!written) return written;
    }
  }
  return true;
}

std::string Origin(const Captured& captured, const CaptureArguments& options) {
  return fmt::format(
      "Written by sandproof capture of: {}. What is TO DECIDE in the notes, nobody but you can "
      "say; "
      "what must not be reachable inside goes into \"paths\" as \"absent\". During the capture: "
      "{}.",
      fmt::join(options.command, " "), fmt::join(captured.perturbation, "; "));
}

std::string HowItEnded(const Captured& captured) {
  const int status = captured.end.wait_status.value_or(0);
  if (captured.is_ended_by_us) return "it was ended, as asked";
  if (!captured.end.wait_status) return "it was still running";
  if (WIFSIGNALED(status)) return "it was killed by " + SignalName(WTERMSIG(status));
  return fmt::format("it exited with {}", WEXITSTATUS(status));
}

void Say(const Captured& captured, const Composition& composition,
         const CaptureArguments& options) {
  std::vector<std::string> names;
  for (const ComposedSandbox& sandbox : composition.sandboxes) names.push_back(sandbox.name);
  fmt::print(stderr, "sandproof: {} started {} sandboxes ({}); {}{}\n",
             Escaped(options.command.front()), names.size(), fmt::join(names, ", "),
             HowItEnded(captured),
             captured.killed == 0
                 ? ""
                 : fmt::format("; {} processes of it were left, and killed", captured.killed));
  for (const std::string& trouble : composition.troubles) {
    fmt::print(stderr, "sandproof: a start could not be read: {}\n", Escaped(trouble));
  }
  if (captured.is_never_ready) {
    fmt::print(stderr, "sandproof: {} was not there in time\n", Escaped(options.ready));
  }
}

// As whoever ran it would have seen the launcher end.
int PassOn(const Captured& captured) {
  if (captured.is_ended_by_us || !captured.end.wait_status) return 0;
  const int status = *captured.end.wait_status;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  const rlimit no_core = {};
  ::setrlimit(RLIMIT_CORE, &no_core);
  std::fflush(nullptr);
  std::signal(WTERMSIG(status), SIG_DFL);
  ::raise(WTERMSIG(status));
  return 128 + WTERMSIG(status);
}

// The launcher is started again, so that the configuration is known before its canaries are put.
Result<int> JudgeAsItServes(const CaptureOrder& order, const Spec& spec,
                            const CaptureArguments& options) {
  const CollectOptions collect{.agent_path = order.agent_path, .only = options.run.only};
  TRY(Run run, RunBattery(order, spec, collect));
  run.warnings.emplace_back(
      "judged in the sandboxes that serve, which the launcher started a second time, in the host's "
      "network");
  return ReportRun(std::move(run), options.run);
}

Result<int> Act(const CaptureArguments& options) {
  TRY(const bool is_selection_valid, CheckSelection(options.run.only));
  static_cast<void>(is_selection_valid);
  TRY(const bool is_free, CheckOut(options));
  static_cast<void>(is_free);
  CaptureOrder order{.launcher = options.command,
                     .covers = !options.path_only,
                     .inherited = InheritedDescriptors()};
  TRY(order.agent_path, FindAgentBinary());
  if (!options.ready.empty()) {
    TRY(order.ready, ParseReadiness(options.ready));
  }
  if (options.seconds > 0) order.limit = std::chrono::seconds(options.seconds);
  TRY(const Captured captured, Capture(order));
  const Composition composition =
      Compose(captured.starts, captured.baseline, SideDirectory(options.out));
  Say(captured, composition, options);
  if (composition.sandboxes.empty()) {
    return BadInput(fmt::format(
        "{} started no sandbox that was seen: a bwrap on its PATH, or called by a path that the "
        "script names{}",
        Escaped(options.command.front()),
        order.covers ? "" : "; without --path-only, by any path"));
  }
  const std::string text = ToConfiguration(composition, Origin(captured, options));
  TRY(const bool has_contents, WriteContents(composition, options));
  TRY(const bool is_written, WriteFile(options.out, text));
  static_cast<void>(has_contents && is_written);
  // What `run` refuses would be found too late.
  const Result<Spec> spec = ParseSpec(text, options.out, {});
  if (!spec) return Internal("the captured configuration is refused: " + spec.error().message);
  if (options.battery) return JudgeAsItServes(order, *spec, options);
  const int code = PassOn(captured);
  const bool is_partial = captured.is_never_ready || !composition.troubles.empty();
  return code == 0 && is_partial ? 3 : code;
}

}  // namespace

Action AddCapture(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "capture", "run a launcher script and write down every sandbox that it starts");
  const auto options = std::make_shared<CaptureArguments>();
  command->add_option("--out", options->out,
                      "the configuration to write; sandproof.json by default");
  command->add_flag("--force", options->force, "replace it if it is there");
  command->add_option("--until-ready", options->ready,
                      "end it once unix:/PATH, tcp:ADDRESS:PORT, http://… or file:/PATH is there");
  command->add_option("--for", options->seconds, "end it after so many seconds")
      ->check(CLI::Range(1U, 86400U));
  command->add_flag("--path-only", options->path_only,
                    "see only a bwrap that is found on PATH; needs no mount namespace");
  command->add_flag("--battery", options->battery,
                    "start it once more, and judge each sandbox before its payload begins");
  AddReportOptions(*command, options->run);
  command->add_option("command", options->command, "-- LAUNCHER ARG…")->required();
  command->positionals_at_end();
  return [command, options]() -> Result<int> {
    return command->parsed() ? Act(*options) : Result<int>(-1);
  };
}

}  // namespace sandproof::cli
