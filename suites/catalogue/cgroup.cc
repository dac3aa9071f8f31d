// Control groups.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

std::vector<Property> Cgroup() {
  return {
      {.id = "cgroup.ns_is_own",
       .severity = Severity::kLow,
       .claim = "The payload has a cgroup namespace of its own.",
       .why = "The host's cgroup paths show how it is organised and what else runs.",
       .probe = "host/process",
       .fact = FactRule{.fact = "cgroup_ns", .comparison = Comparison::kDiffersFromOutside},
       .expect = kRequiredIfStrict,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", "--unshare-cgroup"}, {"command", "unshare(2) with CLONE_NEWCGROUP"}},
       .source = "cgroup_namespaces(7)"},
      {.id = "cgroup.own_cgroup",
       .severity = Severity::kMedium,
       .claim = "The payload runs in a cgroup of its own.",
       .why = "Without one nothing limits its memory and processes apart from its launcher's.",
       .probe = "host/process",
       .fact = FactRule{.fact = "cgroup", .comparison = Comparison::kDiffersFromOutside},
       .expect = kNeverAsserted,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", "start it by systemd-run --scope: bwrap makes no cgroups"},
                  {"command", "start it in a cgroup of its own, with limits"}},
       .source = "cgroups(7)"},
      {.id = "cgroup.fs_writable",
       .severity = Severity::kHigh,
       .claim = "No visible cgroup file system opens for writing.",
       .why = "Limits can be lifted, processes moved, and a release agent run on the host.",
       .probe = "cgroup/open_procs",
       .denied_by = OrFiltered({ENOENT, EROFS}),
       .denied_by_signal = {SIGSYS},
       .absent_by = {ENOENT, EROFS},
       .remedy = {{"bwrap", "do not bind /sys/fs/cgroup, or --ro-bind it"},
                  {"command", "leave /sys/fs/cgroup out, or mount it read-only"}},
       .source = "cgroups(7), CVE-2022-0492"},
      {.id = "cgroup.release_agent_writable",
       .severity = Severity::kCritical,
       .claim = "No release_agent opens for writing.",
       .why = "The kernel runs the program named there as root, outside, when a cgroup empties.",
       .probe = "cgroup/open_procs",
       .params = {{"file", "release_agent"}},
       .denied_by = OrFiltered({ENOENT, EROFS}),
       .denied_by_signal = {SIGSYS},
       .absent_by = {ENOENT, EROFS},
       .remedy = {{"bwrap", "do not bind /sys/fs/cgroup, or --ro-bind it"},
                  {"command", "leave /sys/fs/cgroup out, or mount it read-only"}},
       .source = "cgroups(7) \"Notify on release\", CVE-2022-0492"},
  };
}

}  // namespace sandproof::catalogue
