// Everything that a report may print. Reports turn a Run into text and do nothing else: no files,
// no clock, no colour detection.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "probes/wire/observation.h"
#include "suites/judge.h"
#include "suites/property.h"
#include "suites/verdict.h"
#include "suites/waiver.h"

namespace sandproof {

// One judged check.
struct CheckResult {
  Check check = {};
  Evidence evidence = {};
  Judgement judgement = {};  // waivers applied
  std::optional<Waiver> waiver = std::nullopt;
  std::string remedy = {};  // for this sandbox's driver
  // The argument of the launcher that promises it: "--unshare-net"; empty: none does.
  std::string promised_by = {};
  // Where none does, what makes it hold without naming it: "--cap-drop ALL", "bwrap" by itself.
  std::string upheld_by = {};
};

// One sandbox, judged.
struct SandboxRun {
  std::string name = {};
  std::string driver = {};
  std::string launcher_version = {};           // "bubblewrap 0.8.0"; empty when it does not say
  std::string profile = {};                    // "strict"
  std::vector<std::string> argv = {};          // the user's own, with the payload
  std::vector<std::string> launched = {};      // what was really started
  std::vector<std::string> perturbation = {};  // what was added to the user's command, in words
  std::string network = {};  // whose canaries stood outside: "arena", "host", with the reason
  // Every argument of the launcher that promises a protection, in their order; empty: its driver
  // reads none.
  std::vector<std::string> promises = {};
  std::vector<Waiver> waivers = {};        // all that the configuration has for it
  std::vector<std::string> warnings = {};  // about the waivers
  std::string launch_error = {};     // why the agent never started or never ended; empty: it did
  std::string launcher_stderr = {};  // its last bytes, for people
  std::string source_file = {};      // where the launch line is written; empty when it has no file
  int source_line = 0;
  std::chrono::microseconds duration = {};
  std::vector<CheckResult> results = {};
};

// The machine and the tool.
struct Fingerprint {
  std::string tool_version = {};
  std::string kernel = {};        // uname -r
  std::string architecture = {};  // uname -m
  std::string lsms = {};          // /sys/kernel/security/lsm, "unknown" where it cannot be read
  std::string identity = {};      // "uid=0 gid=0 CapEff=…" of whoever ran it
  std::map<std::string, std::string> settings = {};  // sysctls that decide: dev.tty.legacy_tiocsti
};

struct Summary {
  int pass = 0;
  int fail = 0;
  int inconclusive = 0;
  int skipped = 0;
  int waived = 0;
};

struct Run {
  std::string started_at = {};  // ISO 8601, UTC
  std::string hostname = {};
  Fingerprint fingerprint = {};
  std::string config_file = {};
  std::vector<SandboxRun> sandboxes = {};
  std::vector<std::string> only = {};     // the ids and prefixes that were selected; empty: all
  std::vector<std::string> lacking = {};  // abilities that were required of this host, and why not
  std::vector<std::string> warnings = {};
  std::chrono::microseconds duration = {};
  int exit_code = 0;
};

[[nodiscard]] Summary Count(const SandboxRun& sandbox);
[[nodiscard]] Summary Count(const Run& run);

// Why a sandbox as a whole is inconclusive, whatever its results say: its agent never started or
// never ended, nothing was asked, every check was skipped. Empty: its results speak for it.
//
// Why: "the sandbox was unavailable, so every check was skipped" must never read as success.
[[nodiscard]] std::string Shortfall(const SandboxRun& sandbox);

// Exit code that the verdicts give: 0, 1 (a fail, or something required is lacking), 3 (nothing
// failed, but something is inconclusive or a sandbox falls short); 2 when there is no sandbox or no
// result at all.
[[nodiscard]] int ExitCode(const Run& run);

}  // namespace sandproof
