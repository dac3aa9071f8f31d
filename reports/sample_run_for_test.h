// A run with every verdict, outcome, severity, expectation and grade in it, for the tests of
// reports.
#pragma once

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "reports/run.h"
#include "reports/sample_properties_for_test.h"

namespace sandproof::sample {

inline Observation Observed(std::string call, Outcome outcome, int error = 0, Facts facts = {}) {
  return {.probe = "sample/probe",
          .outcome = outcome,
          .error = error,
          .call = std::move(call),
          .facts = std::move(facts),
          .duration = std::chrono::microseconds(1531)};
}

// A result whose controls before and after both reached.
inline CheckResult Result(const Property& property, std::string subject, Observation inside,
                          Judgement judgement) {
  CheckResult result{.judgement = std::move(judgement)};
  result.check = {.property = &property, .subject = std::move(subject)};
  result.evidence.control_before = Observed(inside.call, Outcome::kReached);
  result.evidence.control_after = result.evidence.control_before;
  result.evidence.inside = std::move(inside);
  return result;
}

inline CheckResult WritableResult(const std::string& path) {
  CheckResult result =
      Result(kOpenWrite, path, Observed("open(" + path + "/.canary, O_WRONLY)", Outcome::kReached),
             {Verdict::kFail, "reached", "open(" + path + "/.canary, O_WRONLY): reached"});
  result.remedy = "use --ro-bind instead of --bind";
  return result;
}

inline CheckResult RemountResult() {
  CheckResult result =
      Result(kRemount, "/app",
             Observed("mount(/app, MS_REMOUNT|MS_BIND)", Outcome::kReached, 0,
                      {{"after", {"rw", "nosuid", "nodev"}}, {"before", {"ro", "nosuid"}}}),
             {Verdict::kFail, "reached", "mount(/app, MS_REMOUNT|MS_BIND): reached"});
  result.remedy = "add --cap-drop ALL, or start the launcher from a uid other than 0";
  return result;
}

inline CheckResult RebootResult() {
  return Result(kReboot, "", Observed("reboot(bad magic)", Outcome::kDenied, EINVAL),
                {Verdict::kFail, "reached", "reboot(bad magic): EINVAL"});
}

inline CheckResult GroupSignalResult() {
  CheckResult result = Result(kGroupSignal, "", Observed("kill(0, SIGURG)", Outcome::kReached),
                              {Verdict::kFail, "reached", "the canary counted 1"});
  result.evidence.witness = Witness{.inside = 1, .control_before = 1, .control_after = 1};
  result.remedy = "add --new-session";
  return result;
}

inline CheckResult WaivedResult() {
  CheckResult result = Result(kCapEffective, "",
                              Observed("capget(0)", Outcome::kReached, 0,
                                       {{"effective", {"CAP_CHOWN", "CAP_NET_BIND_SERVICE"}}}),
                              {Verdict::kWaived, "waived", "waived until the move to rootless"});
  result.check.expectation = Expectation::kRequired;
  result.waiver = Waiver{.property = "cap.effective_empty",
                         .reason = "binds port 80 until the move to rootless",
                         .owner = "ops@example.org",
                         .until = "2027-01-31"};
  return result;
}

inline CheckResult HostnameResult() {
  CheckResult result =
      Result(kHostname, "",
             Observed("uname()", Outcome::kReached, 0, {{"nodename", {"ci-7"}}, {"domain", {}}}),
             {Verdict::kFail, "violated", "nodename: ci-7, the same as outside"});
  result.check.expectation = Expectation::kRequired;
  result.evidence.control_before->facts = {{"nodename", {"ci-7"}}};
  result.evidence.control_after = result.evidence.control_before;
  return result;
}

inline CheckResult ControlFailedResult() {
  CheckResult result = Result(
      kUdpCanary, "", Observed("sendto(127.0.0.1:5353)", Outcome::kTimeout),
      {Verdict::kInconclusive, "canary_lost",
       "the control reached it before the sandbox ran but not after, so a denial proves nothing"});
  result.evidence.control_after =
      Observed("sendto(127.0.0.1:5353)", Outcome::kDenied, ECONNREFUSED);
  result.evidence.canary_alive = false;
  return result;
}

inline CheckResult SilentResult() {
  CheckResult result{.judgement = {Verdict::kInconclusive, "probe_silent",
                                   "the agent gave no answer to this probe"}};
  result.check = {
      .property = &kChannel, .subject = "/run/app/auth.sock", .expectation = Expectation::kAllowed};
  result.evidence.silence = "the agent ended after 11 of 12 answers";
  return result;
}

inline CheckResult SetupFailedResult() {
  return Result(kTcp6, "", Observed("socket(AF_INET6)", Outcome::kSetupFailed, EMFILE),
                {Verdict::kInconclusive, "probe_setup_failed", "the probe ran out of descriptors"});
}

inline CheckResult SkippedResult(const Property& property, std::string explanation) {
  CheckResult result{.judgement = {Verdict::kSkipped, "not_applicable", explanation}};
  result.check = {.property = &property, .not_applicable = std::move(explanation)};
  return result;
}

inline CheckResult NotAssertedResult() {
  CheckResult result = SkippedResult(kNewSession, "");
  result.check.expectation = Expectation::kAny;
  result.judgement = {Verdict::kSkipped, "not_asserted", "not asserted here"};
  result.evidence.inside = Observed("stat(/proc/1)", Outcome::kReached, 0, {{"session", {"0"}}});
  return result;
}

inline CheckResult KilledResult() {
  return Result(kReboot, "", Observed("reboot(bad magic)", Outcome::kKilled, SIGSYS),
                {Verdict::kPass, "denied", "reboot(bad magic): killed by SIGSYS"});
}

inline CheckResult DeniedResult() {
  return Result(kProcessVisible, "", Observed("kill(4242, 0)", Outcome::kDenied, ESRCH),
                {Verdict::kPass, "denied", "kill(4242, 0): ESRCH"});
}

// Kept, broken and doubtful promises, and a check that holds without one.
inline SandboxRun WithPromises(SandboxRun sandbox) {
  sandbox.promises = {"--unshare-pid", "--ro-bind /srv/my app /app", "--unshare-net",
                      "--new-session"};
  for (CheckResult& result : sandbox.results) {
    const std::string id = result.check.Id();
    if (id.starts_with("pid.host_process_visible")) result.promised_by = "--unshare-pid";
    if (result.check.subject == "/app") result.promised_by = "--ro-bind /srv/my app /app";
    if (result.judgement.reason == "canary_lost") result.promised_by = "--unshare-net";
    if (id.starts_with("uts.")) result.upheld_by = "bwrap";
  }
  return sandbox;
}

inline SandboxRun AuthSandbox() {
  return WithPromises(
      {.name = "auth",
       .driver = "bwrap",
       .launcher_version = "bubblewrap 0.8.0",
       .profile = "strict",
       .argv = {"bwrap", "--ro-bind", "/srv/my app", "/app", "--", "/opt/bun", "run"},
       .launched = {"bwrap", "--ro-bind", "/srv/my app", "/app", "--ro-bind", "/tmp/agent",
                    "/.sandproof", "--", "/.sandproof"},
       .perturbation = {"--ro-bind /tmp/agent /.sandproof"},
       .network = "arena",
       .warnings = {"the waiver of cap.effective_empty ends on 2027-01-31"},
       .source_file = "entrypoint.sh",
       .source_line = 14,
       .duration = std::chrono::microseconds(21499),
       .results = {DeniedResult(), WritableResult("/app"), WritableResult("/etc"),
                   WritableResult("/usr"), RemountResult(), RebootResult(), GroupSignalResult(),
                   WaivedResult(), HostnameResult(), ControlFailedResult(), SilentResult(),
                   SetupFailedResult(),
                   SkippedResult(kTcp6,
                                 "this host lacks it: outside, socket(AF_INET6): "
                                 "EAFNOSUPPORT"),
                   NotAssertedResult()}});
}

inline SandboxRun BackendSandbox() {
  return {.name = "backend",
          .driver = "command",
          .profile = "service",
          .argv = {"./launch.sh", "{payload}"},
          .launched = {"./launch.sh", "/tmp/agent"},
          .duration = std::chrono::microseconds(9001),
          .results = {KilledResult(), DeniedResult(),
                      SkippedResult(kRemount, "no read-only path is declared"),
                      SkippedResult(kOpenWrite, "no read-only path is declared")}};
}

inline SandboxRun BrokenSandbox() {
  return {.name = "worker",
          .driver = "bwrap",
          .launcher_version = "bubblewrap 0.8.0",
          .profile = "agent",
          .argv = {"bwrap", "--ro-bind", "/missing", "/app"},
          .launch_error = "the launcher exited with 1 before the agent started",
          .launcher_stderr = "bwrap: Can't find source path /missing: No such file or directory\n",
          .duration = std::chrono::microseconds(3100)};
}

inline Run SampleRun() {
  return {.started_at = "2026-11-23T18:51:19Z",
          .hostname = "ci-7",
          .fingerprint = {.tool_version = "0.1.0",
                          .kernel = "6.1.0-28-amd64",
                          .architecture = "x86_64",
                          .lsms = "capability,landlock,yama",
                          .identity = "uid=0 gid=0",
                          .settings = {{"dev.tty.legacy_tiocsti", "1"}}},
          .config_file = "sandproof.json",
          .sandboxes = {AuthSandbox(), BackendSandbox(), BrokenSandbox()},
          .warnings = {"the arena could not be made, so the host's own addresses serve"},
          .duration = std::chrono::microseconds(40600),
          .exit_code = 1};
}

// Every string that comes from inside a sandbox, or from its command line, tries to break out.
inline constexpr char kHostile[] =
    "\x1b]0;pwned\x07 \xff\xc3\x28 ]]> <b a=\"'\">& \xe2\x80\xae\xef\xbf\xbf\xc2\x9b\r\n\tend";

inline Run HostileRun() {
  CheckResult result = Result(
      kOpenWrite, kHostile,
      Observed(kHostile, Outcome::kReached, 0,
               {{kHostile, {kHostile, std::string("\0nul", 4)}}, {"b\xfe", {}}, {"b\xfd", {}}}),
      {Verdict::kFail, "reached", kHostile});
  result.remedy = result.promised_by = result.upheld_by = kHostile;
  CheckResult waived = WaivedResult();
  waived.waiver->reason = waived.waiver->owner = kHostile;
  CheckResult silent = SilentResult();
  silent.judgement.explanation = silent.evidence.silence = kHostile;
  const SandboxRun sandbox{
      .name = kHostile,
      .driver = kHostile,
      .launcher_version = kHostile,
      .profile = kHostile,
      .argv = {kHostile},
      .launched = {kHostile},
      .perturbation = {kHostile},
      .network = kHostile,
      .promises = {kHostile},
      .warnings = {kHostile},
      .launch_error = kHostile,
      .launcher_stderr = kHostile,
      .source_file = kHostile,
      .results = {result, result, waived, silent, SkippedResult(kRemount, kHostile)}};
  return {.hostname = kHostile,
          .fingerprint = {.identity = kHostile, .settings = {{kHostile, kHostile}}},
          .config_file = kHostile,
          .sandboxes = {sandbox, sandbox},
          .warnings = {kHostile},
          .exit_code = 1};
}

}  // namespace sandproof::sample
