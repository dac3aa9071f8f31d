// Quality of verdicts, reports, launchers, workflow: what a property cannot assert.
#include "suites/features/features.h"

namespace sandproof::features {

namespace {

FeatureSection Verdicts() {
  return {
      .title = "13. Quality of verdicts",
      .rows = {
          {233,
           "A verdict of pass or fail",
           {},
           "`suites/judge.cc`: pass, fail, inconclusive, skipped, waived."},
          {234,
           "Expected and seen",
           {},
           "Each finding shows what was seen and its control; `sandproof explain` the "
           "expectation."},
          {235,
           "A skip is visible, with its reason",
           {},
           "Tests `Judge.*`; the verdict skipped always has one."},
          {236, "A third verdict", {}, "inconclusive, exit code 3."},
          {237,
           "A positive control",
           {},
           "The same probe outside, before and after; test "
           "`Catalogue.BlockedAttemptsHaveAControl`."},
          {238, "A weakened sandbox turns red", {}, "`sandproof prove`; test `chatapp.prove`."},
          {239, "Nothing tested is a failure", {}, "Exit code 2; test `bad_input_launch_test`."},
          {240,
           "An assertion that cannot fail is named",
           {},
           "`Coverage.SeesEveryPropertyRedAndGreen`, and unproven in `sandproof prove`."},
          {241,
           "The cause of a refusal",
           {},
           "`denied_by` of each record; another errno is inconclusive."},
          {242,
           "Repetitions",
           {},
           "None: a run that is not sure says inconclusive; prove confirms what it did not expect "
           "by a second launch."},
          {243,
           "Weights and scores",
           {},
           "Severities; no score, which would hide the one finding that matters."},
          {244, "The clause of a specification", {}, "`source` of each record."},
          {245, "Known gaps", {}, "Waivers with a reason, an owner and a day."},
          {246, "Expectations per target", {}, "Profiles and \"expect\" per sandbox."},
          {247,
           "Random names of probes",
           {},
           "Nonces and names of canaries are random in each run."},
          {248, "Levels of compliance", {}, "Profiles strict, service, agent and severities."},
      }};
}

FeatureSection Reports() {
  return {
      .title = "14. Reports",
      .rows = {
          {249, "JSON", {}, "`--json FILE`, with a schema; test `Json.*`."},
          {250, "JUnit", {}, "`--junit FILE`; test `Junit.*`."},
          {251, "TAP", {}, "CTest's JUnit and exit codes serve the same readers."},
          {252, "SARIF", {}, "Not yet."},
          {253, "Markdown and pull request comments", {}, "Not yet."},
          {254,
           "Nagios, Prometheus, HTTP",
           {},
           "A run is a command with an exit code, which each of these can start."},
          {255, "An exit code on failure", {}, "1; test `check_launch_test`."},
          {256, "Exit codes for failure and for errors", {}, "1 and 4, 3 for doubt, 2 for usage."},
          {257,
           "What the run ran on",
           {"launcher.runtime_version_floor"},
           "The fingerprint in each report: kernel, launcher's version, namespaces."},
          {258,
           "A version of the report's schema",
           {},
           "In each report; `sandproof judge` refuses others."},
          {259, "Signed reports", {}, "Not yet; a report is one file that any signing tool signs."},
          {260,
           "Comparison of two runs",
           {},
           "`fixtures/chatapp/ids.sh` in the audit; a command of its own: not yet."},
          {261,
           "How to fix it",
           {},
           "`remedy` per driver; test `Catalogue.GraveFindingsSayHowToFixThem`."},
          {262,
           "Redaction",
           {},
           "Values that look secret read [redacted] in every format; test `Redact.*`."},
      }};
}

FeatureSection Delivery() {
  return {
      .title = "15. Launchers and the way in",
      .rows = {
          {263,
           "A static probe without shell and libc",
           {},
           "The agent is one static program; the case `static_image`."},
          {264, "Shell or tools in the target", {}, "Not needed."},
          {265, "The probe copied into a root file system", {}, "Not yet."},
          {266, "The probe bound into it", {}, "The bubblewrap driver does."},
          {267, "The probe enters a running sandbox", {}, "Not yet."},
          {268, "Without privilege", {}, "Every case also runs as an ordinary user."},
          {269, "bubblewrap", {}, "A driver of its own."},
          {270, "nsjail", {}, "By {payload} in its argv (`command`)."},
          {271, "firejail", {}, "By {payload} in its argv (`command`)."},
          {272, "podman", {}, "Not yet."},
          {273, "docker", {}, "Not yet."},
          {275, "runc, crun, youki", {}, "Not yet."},
          {278, "systemd units", {}, "Not yet."},
          {279, "gVisor", {}, "By {payload} in its argv (`command`)."},
          {280, "Landlock alone", {}, "By {payload} in its argv (`command`)."},
          {281, "Firecracker, QEMU, Kata", {}, "Not yet."},
          {283, "An image without running it", {}, "Not yet."},
          {284,
           "The host itself",
           {},
           "Every control is such a run; `env -i {payload}` as a launcher is the case no_sandbox."},
          {285, "One set of probes for all launchers", {}, "The agent."},
          {288,
           "A launch command as a template",
           {"launcher.quoting"},
           "{payload} in any argv. A path that a launcher does not quote is found by starting it "
           "in a directory whose name has a space"},
      }};
}

FeatureSection Workflow() {
  return {.title = "16. Working with it",
          .rows = {
              {289, "Expectations in a file", {}, "`sandproof.json`."},
              {290, "Selection by name", {}, "`--only`, `--sandbox`."},
              {291, "A list of the tests", {}, "`sandproof list`, `--list`."},
              {292, "In parallel", {}, "`--parallel`; two workers in each launch."},
              {293, "A limit of time per check", {}, "Each request's; test `worker_launch_test`."},
              {294, "Expectations from a system that is known to be good", {}, "Not yet."},
              {295, "Variables in the configuration", {}, "`--define NAME=VALUE`, {dir}."},
              {296, "The configuration's schema", {}, "`sandproof schema`; test `Schema.*`."},
              {297, "Plug-ins", {}, "A property is a record and a file: AGENTS.md."},
              {298,
               "Side effects only when asked for",
               {},
               "Probes have none; settings are opened, never written."},
              {299,
               "Validated against a reference",
               {},
               "The reference system, `./run audit`, and the corpus of misconfigurations."},
              {301,
               "A self-test without a sandbox",
               {},
               "The case no_sandbox: nearly everything is red in it."},
              {302, "A dry run", {}, "`--list`, `prove --list`."},
              {303, "A skip can be forbidden", {}, "`--require`."},
              {304,
               "What is left is removed",
               {},
               "The keeper's journal; tests `Keeper.*`, `kill_test`."},
              {305,
               "Ready actions and rules",
               {},
               "CMake's `sandproof_add_sandbox()`; other systems start a command."},
              {306, "Tests of our own end to end", {}, "`ctest`: conformance, selfcheck, launch."},
          }};
}

}  // namespace

std::vector<FeatureSection> Tool() { return {Verdicts(), Reports(), Delivery(), Workflow()}; }

}  // namespace sandproof::features
