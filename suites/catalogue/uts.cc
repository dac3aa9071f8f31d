#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

std::vector<Property> Uts() {
  return {
      {.id = "uts.host_name_follows",
       .severity = Severity::kLow,
       .claim = "A change of the outer host name is not seen inside.",
       .why = "The UTS namespace is shared: with CAP_SYS_ADMIN the payload renames the host.",
       .probe = "uts/node_name",
       .canary = Canary::kHostname,
       .denied_by = {ENOENT},
       .expect = kBlockedUnlessAgent,
       .remedy = {{"bwrap", "add --unshare-uts, best with --hostname NAME"}},
       .source = "uts_namespaces(7)"},
      {.id = "uts.domain_name_follows",
       .severity = Severity::kLow,
       .claim = "A change of the outer NIS domain name is not seen inside.",
       .why = "The name tells whose network this is; with CAP_SYS_ADMIN the payload changes it for "
              "all.",
       .probe = "uts/node_name",
       .canary = Canary::kHostname,
       .params = {{"which", "domain"}},
       .denied_by = {ENOENT},
       .expect = kBlockedUnlessAgent,
       .remedy = {{"bwrap", "add --unshare-uts"}},
       .source = "uts_namespaces(7), setdomainname(2)"},
      {.id = "uts.sethostname_changes_host",
       .severity = Severity::kHigh,
       .claim = "The payload cannot rename the host.",
       .why = "Logs, certificates and clusters know a machine by its name.",
       .probe = "uts/node_name",
       .canary = Canary::kHostname,
       .params = {{"how", "set"}},
       .denied_by = OrFiltered({ENOENT}),
       .denied_by_signal = {SIGSYS},
       .reached_by = {EINVAL},
       .remedy = {{"bwrap", "add --unshare-uts, and --cap-drop ALL"}},
       .source = "sethostname(2), uts_namespaces(7)"},
      {.id = "uts.ns_is_own",
       .severity = Severity::kInfo,
       .claim = "The payload has a UTS namespace of its own.",
       .why = "Without one its sethostname(2) renames the host.",
       .probe = "host/process",
       .fact = FactRule{.fact = "uts_ns", .comparison = Comparison::kDiffersFromOutside},
       .expect = kRequiredIfStrict,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", "add --unshare-uts"}},
       .source = "uts_namespaces(7)"},
      {.id = "uts.name_leak",
       .severity = Severity::kInfo,
       .claim = "The host name inside is not the host's.",
       .why = "The name identifies the machine.",
       .probe = "uts/host_name",
       .fact = FactRule{.fact = "node_name", .comparison = Comparison::kDiffersFromOutside},
       .expect = kNeverAsserted,
       .remedy = {{"bwrap", "add --unshare-uts --hostname NAME"}},
       .source = "uts_namespaces(7)"},
  };
}

}  // namespace sandproof::catalogue
