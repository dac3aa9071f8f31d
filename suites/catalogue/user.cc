#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

std::vector<Property> User() {
  return {
      {.id = "user.is_uid0",
       .severity = Severity::kHigh,
       .claim = "The payload does not run as uid 0.",
       .why = "Uid 0 owns the files of the host and may regain capabilities by execve(2).",
       .probe = "user/credentials",
       .fact = FactRule{.fact = "uid0", .comparison = Comparison::kEmpty},
       .expect = kRequiredUnlessAgent,
       .remedy = {{"bwrap",
                   "start bwrap as an ordinary user: setpriv --reuid U --regid G "
                   "--clear-groups bwrap …"},
                  {"command", "start the launcher as an ordinary user"}},
       .source = "credentials(7), capabilities(7)"},
      {.id = "user.kuid_is_host_root",
       .severity = Severity::kCritical,
       .claim = "To the kernel the payload is not the host's root.",
       .why = "--unshare-user --uid 1000 started by root shows uid 1000 inside and is uid 0 "
              "outside: it owns the launcher, sysctls and set-uid files that it plants.",
       .probe = "host/process",
       .fact = FactRule{.fact = "root_ids", .comparison = Comparison::kEmpty},
       .expect = kRequiredUnlessAgent,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap",
                   "start bwrap as an ordinary user; a user namespace made by root maps "
                   "to root"},
                  {"command", "start the launcher as an ordinary user"}},
       .source = "user_namespaces(7) \"User and group ID mappings\""},
      {.id = "user.group_is_host_root",
       .severity = Severity::kHigh,
       .claim = "To the kernel the payload is not in the host's group root.",
       .why = "The group may read, and sometimes write, what others may not.",
       .probe = "host/process",
       .fact = FactRule{.fact = "root_groups", .comparison = Comparison::kEmpty},
       .expect = kRequiredUnlessAgent,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", "start bwrap by setpriv --regid G --clear-groups"},
                  {"command", "start the launcher with a group of its own, and no other"}},
       .source = "credentials(7)"},
      {.id = "user.ns_is_own",
       .severity = Severity::kInfo,
       .claim = "The payload has a user namespace of its own.",
       .why = "Its capabilities then count for nothing outside.",
       .probe = "host/process",
       .fact = FactRule{.fact = "user_ns", .comparison = Comparison::kDiffersFromOutside},
       .expect = kNeverAsserted,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", "add --unshare-user"}},
       .source = "user_namespaces(7)"},
      {.id = "user.id_map_width",
       .severity = Severity::kMedium,
       .claim = "The payload's user namespace maps no more ids than a container needs.",
       .why = "With the host's own map every uid of the host is one setuid(2) away for whoever "
              "gets CAP_SETUID.",
       .probe = "host/process",
       .fact = FactRule{.fact = "wide_maps", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", "add --unshare-user, which maps one id"},
                  {"command", "give the payload a user namespace with a map of its own"}},
       .source = "user_namespaces(7) \"User and group ID mappings\""},
      {.id = "user.nested_userns_allowed",
       .severity = Severity::kMedium,
       .claim = "No user namespace can be made inside.",
       .why = "It gives every capability over kernel code that expects an administrator, the way "
              "of most local root exploits.",
       .probe = "user/nested_userns",
       .denied_by = OrFiltered({ENOSPC, EUSERS, EINVAL}),
       .denied_by_signal = {SIGSYS},
       .absent_by = {EINVAL, ENOSPC},
       .expect = kBlockedUnlessAgent,
       .remedy = {{"bwrap",
                   "add --unshare-user --disable-userns, or refuse unshare and clone flags "
                   "by --seccomp"}},
       .source = "user_namespaces(7), CVE-2022-0185, CVE-2024-1086"},
      {.id = "user.setuid_binary_elevates",
       .severity = Severity::kHigh,
       .claim = "A set-uid program of another uid runs with the payload's own rights.",
       .why = "Every mistake in one that the sandbox shows is a way to its owner's rights.",
       .probe = "user/planted_program",
       .canary = Canary::kSetIdProgram,
       .params = {{"what", "uid"}},
       .control = ControlAs::kPayload,
       .denied_by = OrFiltered(),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap",
                   "bwrap sets no_new_privs and mounts nosuid; look for what lies between "
                   "bwrap and payload"},
                  {"command", "start the payload by setpriv --no-new-privs, and mount nosuid"}},
       .source = "execve(2) \"set-user-ID\", PR_SET_NO_NEW_PRIVS(2const)"},
      {.id = "user.supplementary_groups",
       .severity = Severity::kMedium,
       .claim = "The payload has no supplementary groups.",
       .why = "Groups such as docker, disk and adm open what the uid does not; in a user namespace "
              "they show as 65534 and still do.",
       .probe = "user/credentials",
       .fact = FactRule{.fact = "extra_groups", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap", "start bwrap by setpriv --clear-groups"},
                  {"command", "drop the groups with the uid: setpriv --clear-groups"}},
       .source = "credentials(7), user_namespaces(7)"},
  };
}

}  // namespace sandproof::catalogue
