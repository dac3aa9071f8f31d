#include <cerrno>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

std::vector<Property> Channel() {
  return {
      {.id = "svc.socket_reachable_across",
       .severity = Severity::kHigh,
       .claim = "A listener in the channel's directory can be reached.",
       .why = "A sandbox that cuts its own service off is taken down again, with all it guarded.",
       .probe = "net/unix_connect",
       .canary = Canary::kSocketChannel,
       .subject = SubjectKind::kSocketPath,
       .control = ControlAs::kNothing,
       .denied_by = {ENOENT, ENOTDIR, EACCES, EPERM, ECONNREFUSED},
       .expect = kAlwaysAllowed,
       .remedy = {{"bwrap",
                   "bind the directory of the socket, not the socket, which is replaced at "
                   "each start: --ro-bind DIR DIR"},
                  {"command", "mount the directory of the socket into the sandbox"}},
       .source = "unix(7)"},
  };
}

}  // namespace sandproof::catalogue
