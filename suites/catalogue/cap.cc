#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"
#include "suites/catalogue/remedies.h"

namespace sandproof::catalogue {

namespace {

constexpr std::string_view kNone = "0000000000000000";

}  // namespace

std::vector<Property> Cap() {
  return {
      {.id = "cap.effective_empty",
       .severity = Severity::kHigh,
       .claim = "The payload has no effective capability.",
       .why = "Capabilities undo the mounts: bwrap started by root without a user namespace leaves "
              "them all, so that the payload remounts what is read-only.",
       .probe = "cap/sets",
       .fact = FactRule{.fact = "CapEff", .values = {kNone}},
       .expect = kRequiredUnlessAgent,
       .remedy = {{"bwrap", kDropCaps}},
       .source = "capabilities(7), bubblewrap issue 287"},
      {.id = "cap.permitted_empty",
       .severity = Severity::kHigh,
       .claim = "The payload has no permitted capability.",
       .why = "What is permitted is made effective by one capset(2).",
       .probe = "cap/sets",
       .fact = FactRule{.fact = "CapPrm", .values = {kNone}},
       .expect = kRequiredUnlessAgent,
       .remedy = {{"bwrap", kDropCaps}},
       .source = "capabilities(7)"},
      {.id = "cap.inheritable_empty",
       .severity = Severity::kLow,
       .claim = "The payload has no inheritable capability.",
       .why = "A program with file capabilities turns them into permitted ones.",
       .probe = "cap/sets",
       .fact = FactRule{.fact = "CapInh", .values = {kNone}},
       .expect = kRequiredUnlessAgent,
       .remedy = {{"bwrap", "start bwrap by setpriv --inh-caps=-all"}},
       .source = "capabilities(7), CVE-2022-29162"},
      {.id = "cap.bounding_empty",
       .severity = Severity::kMedium,
       .claim = "The payload's bounding set is empty.",
       .why = "It limits what a set-uid or privileged program could regain by execve(2).",
       .probe = "cap/sets",
       .fact = FactRule{.fact = "CapBnd", .values = {kNone}},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap",
                   "add --unshare-user to --cap-drop ALL, or start bwrap by setpriv "
                   "--bounding-set=-all"}},
       .source = "capabilities(7) \"Capability bounding set\""},
      {.id = "cap.ambient_empty",
       .severity = Severity::kLow,
       .claim = "The payload has no ambient capability.",
       .why = "Ambient capabilities survive every execve(2) of ordinary programs.",
       .probe = "cap/sets",
       .fact = FactRule{.fact = "CapAmb", .values = {kNone}},
       .expect = kRequiredUnlessAgent,
       .remedy = {{"bwrap", "start bwrap by setpriv --ambient-caps=-all"}},
       .source = "capabilities(7) \"Ambient\""},
      {.id = "cap.root_exec_regains",
       .severity = Severity::kHigh,
       .claim = "uid 0 gets no capability back by execve(2).",
       .why = "What a service drops is regained by the next program that it starts.",
       .probe = "cap/exec_regains",
       .denied_by = {EPERM},
       .expect = kBlockedUnlessAgent,
       .remedy = {{"bwrap", "start bwrap as an ordinary user; bwrap itself sets no_new_privs"},
                  {"command", "set no_new_privs, or empty the bounding set"}},
       .source = "capabilities(7) \"Capabilities and execution of programs by root\""},
      {.id = "cap.file_capabilities_elevate",
       .severity = Severity::kHigh,
       .claim = "A program with file capabilities gives the payload none.",
       .why = "Every mistake in one that the sandbox shows is a way to its capabilities.",
       .probe = "user/planted_program",
       .canary = Canary::kCapsProgram,
       .params = {{"what", "capabilities"}},
       .control = ControlAs::kPayload,
       .denied_by = OrFiltered(),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap",
                   "bwrap sets no_new_privs and mounts nosuid; look for what lies between "
                   "bwrap and payload"},
                  {"command", "start the payload by setpriv --no-new-privs --bounding-set=-all"}},
       .source = "capabilities(7) \"File capabilities\""},
      {.id = "nnp.set",
       .severity = Severity::kHigh,
       .claim = "no_new_privs is set.",
       .why = "Without it a set-uid program inside gives its owner's rights.",
       .probe = "cap/no_new_privs",
       .fact = FactRule{.fact = "NoNewPrivs", .values = {"1"}},
       .expect = kRequiredUnlessAgent,
       .remedy = {{"bwrap", "bwrap always sets it; look for what lies between bwrap and payload"},
                  {"command", "start the payload by setpriv --no-new-privs"}},
       .source = "PR_SET_NO_NEW_PRIVS(2const)"},
      {.id = "seccomp.filter_present",
       .severity = Severity::kMedium,
       .claim = "A seccomp filter is in force.",
       .why = "Without one every system call of the kernel is open to attack.",
       .probe = "cap/seccomp_mode",
       .absent_by = {EOPNOTSUPP},
       .fact = FactRule{.fact = "Seccomp", .values = {"2"}},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap", "give a filter by --seccomp FD"},
                  {"command", "install a filter with libseccomp before the payload starts"}},
       .source = "seccomp(2)"},
      {.id = "cap.securebits",
       .severity = Severity::kInfo,
       .claim = "The securebits are the kernel's default.",
       .why = "They say whether uid 0 gets capabilities back by execve(2).",
       .probe = "cap/no_new_privs",
       .fact = FactRule{.fact = "securebits", .values = {"0"}},
       .expect = kNeverAsserted,
       .source = "capabilities(7) \"The securebits flags\""},
  };
}

}  // namespace sandproof::catalogue
