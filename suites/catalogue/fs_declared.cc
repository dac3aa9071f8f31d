// Whether what somebody declared is there.
#include <cerrno>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> FsDeclared() {
  return {
      {.id = "fs.expected_ro_present",
       .severity = Severity::kMedium,
       .claim = "A path that is declared read-only is there.",
       .why = "A service without its code or configuration fails, and what is not there proves "
              "nothing by not being writable.",
       .probe = "fs/path_exists",
       .subject = SubjectKind::kReadOnlyPath,
       .control = ControlAs::kNothing,
       .reached_by = {EACCES},  // below a directory that the payload may not enter
       .expect = kAlwaysAllowed,
       .remedy = {{"bwrap", "--ro-bind SOURCE PATH"}, {"command", "mount the path read-only"}},
       .source = "mount_namespaces(7)"},
  };
}

}  // namespace sandproof::catalogue
