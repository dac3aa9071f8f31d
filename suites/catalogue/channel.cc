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
      {.id = "svc.no_unexpected_listener",
       .severity = Severity::kMedium,
       .claim = "Nothing listens for TCP in the payload's network that nobody declared.",
       .why = "A helper, a debugger or a proxy that the launcher left there serves whoever is "
              "inside.",
       .probe = "net/listeners",
       .absent_by = {ENOENT, EACCES},
       .fact = FactRule{.fact = "listeners", .comparison = Comparison::kEmpty},
       .expect = {Expectation::kRequired, Expectation::kAny, Expectation::kAny},
       .remedy = {{"command", "start nothing in the sandbox's network but the payload"}},
       .source = "proc(5) /proc/net/tcp"},
  };
}

}  // namespace sandproof::catalogue
