#include "harness/supervise/supervise.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "harness/collect/fingerprint.h"
#include "harness/collect/prepare.h"
#include "harness/process/forked_helper.h"
#include "harness/supervise/berth.h"
#include "harness/supervise/children.h"
#include "harness/supervise/exit_codes.h"
#include "harness/supervise/matrix.h"
#include "harness/supervise/memory_cgroup.h"
#include "harness/supervise/wire.h"
#include "reports/judging.h"
#include "reports/redact.h"

namespace sandproof {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostMessage = std::size_t{256} * 1024;

std::uint64_t RandomSeed() {
  std::uint64_t seed = 0;
  static_cast<void>(::getrandom(&seed, sizeof seed, 0));
  return seed;
}

// One experiment in its helper.
struct Lane {
  ForkedHelper helper = {};
  std::size_t index = 0;
};

class Lanes {
 public:
  Lanes(const SupervisorSpec& spec, const std::vector<SandboxSpec>& sandboxes, std::string program)
      : spec_(spec), sandboxes_(sandboxes), program_(std::move(program)) {}

  // Runs each once, in this order; the results are in the same order.
  std::vector<ExperimentResult> Run(const std::vector<Experiment>& experiments) {
    std::vector<ExperimentResult> results(experiments.size());
    std::vector<Lane> lanes;
    std::size_t next = 0;
    while (next < experiments.size() || !lanes.empty()) {
      while (next < experiments.size() && lanes.size() < spec_.parallel) {
        const std::size_t mine = next++;
        Result<ForkedHelper> helper = Begin(experiments[mine]);
        if (helper) {
          lanes.push_back({*std::move(helper), mine});
        } else {
          results[mine] = Unseen(experiments[mine], helper.error().message);
        }
      }
      if (!lanes.empty()) TakeOne(lanes, experiments, results);
    }
    return results;
  }

 private:
  Result<ForkedHelper> Begin(const Experiment& experiment) {
    return ForkedHelper::Begin([&](int socket) {
      const std::string text = Pack(RunExperiment(experiment, spec_, sandboxes_, program_, socket));
      static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL));
    });
  }

  ExperimentResult Unseen(const Experiment& experiment, const std::string& why) const {
    ExperimentResult result{.failure = why};
    for (const std::string& property : PropertiesOf(experiment, spec_)) {
      result.findings.push_back(
          {.property = property, .subject = experiment.subject, .silence = why});
    }
    return result;
  }

  // Waits for the next helper that has something to say.
  void TakeOne(std::vector<Lane>& lanes, const std::vector<Experiment>& experiments,
               std::vector<ExperimentResult>& results) {
    std::vector<pollfd> entries;
    for (const Lane& lane : lanes) {
      entries.push_back({.fd = lane.helper.socket(), .events = POLLIN, .revents = 0});
    }
    // Every wait of a helper has a limit, and its end is the end of its socket.
    if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t i = entries.size(); i-- > 0;) {
      if (entries[i].revents == 0) continue;
      std::string text(kMostMessage, '\0');
      const ssize_t got = ::recv(lanes[i].helper.socket(), text.data(), text.size(), 0);
      text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      const std::size_t index = lanes[i].index;
      std::optional<ExperimentResult> result = Unpack(text);
      results[index] = result ? *std::move(result)
                              : Unseen(experiments[index], "the helper of the experiment died");
      lanes.erase(lanes.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  const SupervisorSpec& spec_;
  const std::vector<SandboxSpec>& sandboxes_;
  std::string program_;
};

// The supervisor's program, as a shell finds it.
Result<std::string> ProgramOf(const SupervisorSpec& spec) {
  const std::string& name = spec.launch.front();
  if (name.find(kScratchMark) != std::string::npos) return name;
  SandboxSpec as_sandbox{.name = std::string(kSupervisorName), .launch = spec.launch};
  as_sandbox.env = spec.env;
  as_sandbox.cwd = spec.cwd;
  const std::optional<std::string> found = FindProgram(name, as_sandbox);
  if (found) return *found;
  return BadInput(fmt::format("supervisor: launch: {} is no executable file", name));
}

Observation ControlOf(const ExperimentResult& control) {
  Observation seen{.probe = "supervise/experiment",
                   .outcome = Outcome::kReached,
                   .call = "left alone for a second",
                   .duration = control.took};
  seen.facts["wrong"] = {};
  return seen;
}

SandboxRun NewSupervisorRun(const Spec& spec) {
  const SupervisorSpec& supervisor = *spec.supervisor;
  return {.name = std::string(kSupervisorName),
          .driver = std::string(kSupervisorName),
          .profile = std::string(Name(supervisor.profile)),
          .argv = supervisor.launch,
          .launched = supervisor.launch,
          .perturbation = {"started once for each experiment, in a session and, where that is "
                           "allowed, a mount namespace of its own, below a subreaper"},
          .waivers = supervisor.waive,
          .source_file = spec.file,
          .source_line = supervisor.line};
}

class Supervision {
 public:
  Supervision(const Spec& spec, const CollectOptions& options, std::string program)
      : spec_(spec),
        options_(options),
        lanes_(*spec.supervisor, spec.sandboxes, std::move(program)) {}

  SandboxRun Run(std::string_view today) {
    const Clock::time_point begin = Clock::now();
    SandboxRun run = NewSupervisorRun(spec_);
    const ExperimentResult control = lanes_.Run({Experiment{}}).front();
    std::vector<std::string> children = control.children;
    if (!control.failure.empty()) {
      run.launch_error = "the system never served: " + control.failure;
      children = ChildFinder(*spec_.supervisor, spec_.sandboxes).Names();
    }
    std::vector<Experiment> experiments = ExperimentsFor(*spec_.supervisor, children, RandomSeed());
    const std::vector<Check> checks =
        ChecksOf(*spec_.supervisor, experiments, spec_.sandboxes, options_.only);
    std::erase_if(experiments, [&](const Experiment& one) {
      return !IsWanted(*spec_.supervisor, one, options_.only);
    });
    // Beside the experiments, which mostly wait.
    std::map<std::string, ExitTrial> ends;
    for (const Check& check : checks) {
      if (check.property->id != kExitStatusProperty) continue;
      ends.try_emplace(check.subject, spec_, check.subject, options_.agent_path);
    }
    std::vector<ExperimentResult> results;
    if (control.failure.empty()) results = lanes_.Run(experiments);
    for (const Check& check : checks) {
      const bool is_end = check.property->id == kExitStatusProperty;
      run.results.push_back(
          is_end ? CheckResult{.check = check, .evidence = ends.at(check.subject).Take()}
                 : ResultOf(check, results, control));
    }
    run.launcher_stderr = control.log;
    run.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    JudgeSandbox(run, today, options_.only);
    return run;
  }

 private:
  CheckResult ResultOf(const Check& check, const std::vector<ExperimentResult>& results,
                       const ExperimentResult& control) {
    CheckResult result{.check = check};
    if (!control.failure.empty()) {
      result.evidence.silence = "the system never served: " + control.failure;
      return result;
    }
    result.evidence.control_before = ControlOf(control);
    result.evidence.silence = "no experiment told of it";
    for (const ExperimentResult& one : results) {
      for (const Seen& seen : one.findings) {
        if (seen.property != check.property->id || seen.subject != check.subject) continue;
        result.evidence.silence = seen.silence;
        if (seen.silence.empty()) result.evidence.inside = seen.seen;
      }
    }
    return result;
  }

  const Spec& spec_;
  const CollectOptions& options_;
  Lanes lanes_;
};

bool IsNamed(const CollectOptions& options) {
  const std::vector<std::string>& names = options.only_sandboxes;
  return std::ranges::find(names, kSupervisorName) != names.end();
}

// The options for the sandboxes, without the supervisor's name.
CollectOptions WithoutSupervisor(const CollectOptions& options) {
  CollectOptions rest = options;
  std::erase(rest.only_sandboxes, kSupervisorName);
  return rest;
}

std::vector<Check> SupervisorChecks(const Spec& spec, const CollectOptions& options) {
  const std::vector<std::string> children = ChildFinder(*spec.supervisor, spec.sandboxes).Names();
  return ChecksOf(*spec.supervisor, ExperimentsFor(*spec.supervisor, children, 0), spec.sandboxes,
                  options.only);
}

// Whether the supervisor is selected, and whether anything is asked of it.
bool IsSupervisorWanted(const Spec& spec, const CollectOptions& options) {
  if (!spec.supervisor) return false;
  if (!options.only_sandboxes.empty() && !IsNamed(options)) return false;
  // Children that only a start shows have no checks before it.
  return options.only.empty() || IsNamed(options) || !SupervisorChecks(spec, options).empty();
}

bool AreSandboxesWanted(const Spec& spec, const CollectOptions& options) {
  const CollectOptions rest = WithoutSupervisor(options);
  if (IsNamed(options) && rest.only_sandboxes.empty()) return false;
  return PlanChecks(spec, rest).has_value() || !IsSupervisorWanted(spec, options);
}

Run NewRun(const Spec& spec, const CollectOptions& options) {
  return {.started_at = UtcNow(),
          .hostname = Hostname(),
          .fingerprint = TakeFingerprint(),
          .config_file = spec.file,
          .only = options.only};
}

}  // namespace

Result<Run> CollectAll(const Spec& spec, const CollectOptions& options) {
  const bool is_supervisor_wanted = IsSupervisorWanted(spec, options);
  if (!is_supervisor_wanted) return Collect(spec, options);
  TRY(const std::string program, ProgramOf(*spec.supervisor));
  const Clock::time_point begin = Clock::now();
  Run run = NewRun(spec, options);
  if (AreSandboxesWanted(spec, options)) {
    TRY(run, Collect(spec, WithoutSupervisor(options)));
  }
  SweepBerths();
  SweepMemoryCgroups();
  if (options.on_begin) options.on_begin(std::string(kSupervisorName));
  run.sandboxes.push_back(
      Supervision(spec, options, program).Run(std::string_view(run.started_at).substr(0, 10)));
  const SandboxRun& last = run.sandboxes.back();
  if (run.sandboxes.size() == 1 && last.results.empty() && last.launch_error.empty()) {
    return BadInput("no property is selected, so nothing would be tested");
  }
  run.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
  run.exit_code = ExitCode(run);
  Redact(run);
  return run;
}

Result<std::vector<Outline>> PlanAllChecks(const Spec& spec, const CollectOptions& options) {
  if (!IsSupervisorWanted(spec, options)) return PlanChecks(spec, options);
  std::vector<Outline> outlines;
  if (AreSandboxesWanted(spec, options)) {
    TRY(outlines, PlanChecks(spec, WithoutSupervisor(options)));
  }
  outlines.push_back({.name = std::string(kSupervisorName),
                      .line = spec.supervisor->line,
                      .checks = SupervisorChecks(spec, options)});
  return outlines;
}

}  // namespace sandproof
