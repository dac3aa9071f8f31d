// Security modules. What they refuse shows in the properties of what is refused.
#include <cerrno>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Lsm() {
  return {
      {.id = "lsm.unconfined",
       .severity = Severity::kLow,
       .claim = "A profile of AppArmor or a type of SELinux confines the payload.",
       .why = "Where the host has such a module, the launcher's own label is a wide one.",
       .probe = "lsm/label",
       .denied_by = {EACCES},
       .absent_by = {EOPNOTSUPP},
       .expect = kNeverAsserted,
       .remedy = {{"bwrap", "--exec-label LABEL (SELinux), or start it by aa-exec -p PROFILE"}},
       .source = "apparmor(7), proc_pid_attr(5)"},
  };
}

}  // namespace sandproof::catalogue
